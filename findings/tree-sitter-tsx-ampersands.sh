#!/usr/bin/env bash
# tree-sitter-typescript 0.23.2 (TSX) and tree-sitter-javascript 0.25.0: an "&" between two tags that begins no character
# reference is an error, which swallows the words up to the next tag. JSX allows it: its text is any character but
# { < > } (https://facebook.github.io/jsx/#prod-JSXText). Pages with "Benefits & pay" have holes, and often whole ones.
#
# Guess: the text of an element is one node, as with any other mark; `&` in an attribute is read.
# Seen (python 3.11, tree-sitter 0.26.1), the text nodes of <p>Bread & butter sold here</p> and of "Bread + butter …":
#   &: "Bread " and an error     +: "Bread + butter sold here"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    tree-sitter==0.26.1 tree-sitter-typescript==0.23.2 tree-sitter-javascript==0.25.0 2>/dev/null
cat >"$folder/text.py" <<'PYTHON'
import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Parser

for grammar in (tree_sitter_typescript.language_tsx(), tree_sitter_javascript.language()):
    for mark in "&+":
        source = f"const page = <p>Bread {mark} butter sold here</p>;".encode()
        root = Parser(Language(grammar)).parse(source).root_node
        waiting, texts = [root], []
        while waiting:
            node = waiting.pop()
            texts += [node.text.decode()] if node.type == "jsx_text" else []
            waiting += reversed(node.children)
        print(mark, root.has_error, texts)
PYTHON
seen=$("$folder/venv/bin/python" "$folder/text.py")
echo "$seen"
[ "$seen" = "& True ['Bread ']
+ False ['Bread + butter sold here']
& True ['Bread ']
+ False ['Bread + butter sold here']" ]
