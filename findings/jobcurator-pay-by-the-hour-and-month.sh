#!/usr/bin/env bash
# jobcurator 1.2.4: its "strict duplicates" look at pay in steps of 5,000, without its unit or currency. So a job for 18
# to 20 euros an hour and one for 3,200 to 3,600 a month are the same, and one is dropped; and so are the jobs of two
# employers with the same text. Words are what is between spaces: in Japanese, near duplicates are not found (by MinHash
# not even with just one more full stop), and a long advert is two words long, so it has the lowest quality.
#
# Guess: jobs with other pay, or of another employer, are other jobs, and each language has a length. Its documentation
# calls the step "Exact hash dedup (strict duplicates)"; the hash has a "salary bucket", of pay that has "currency"
# and "period" as fields (the employer is not in its list, but in that of a later step). It promises
# "strict + near-duplicates"; nothing is said about languages.
# Seen (python 3.11), how many of two adverts with the same title, text and place are kept, with SimHash, with MinHash:
#   60,000 a year and 30,000 a year: 2, 2 (a cluster may keep 3)
#   18 EUR an hour and 3,600 EUR a month: 1, 1
#   4,000 USD a month and 4,000 EUR a month: 1, 1
#   two hospitals: 1, 1
# Seen, the same where a cluster may keep 1, of two adverts that differ in one word or one mark:
#   English, thirty or 30 days: 1, 1
#   Japanese, thirty or 30 days: 2, 2
#   English, one more full stop: 1, 1
#   Japanese, one more full stop: 1, 2
# Seen, the number of words, and the quality among the three:
#   Nurse (the English advert), 51: 0.717
#   Nurse ("Call us."), 3: 0.423
#   看護師 (the Japanese advert), 2: 0.417
# So of a feed with several languages, it keeps the duplicates in Japanese, and drops their adverts first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jobcurator==1.2.4 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from jobcurator import Job, JobCurator, Location3DField, SalaryField

english = (
    "We are looking for a nurse who cares for our patients in shifts and keeps the records of the ward. You work with "
    "doctors and therapists, speak with families, and help new colleagues to settle in. We offer thirty days of "
    "leave, a pension and a ticket for the train."
)
japanese = (
    "当院では交代制で患者さんのケアを行い病棟の記録を管理する看護師を募集しています。医師や療法士と協力し、"
    "ご家族と対話し、新しい同僚の定着を支援します。年間三十日の休暇、年金、通勤定期券を支給します。"
)


def job(number, text=english, title="Nurse", company="Example", salary=None):
    place = Location3DField(lat=52.52, lon=13.4, city="Berlin", country_code="DE")
    return Job(
        id=str(number),
        title=title,
        text=text,
        categories={},
        location=place,
        salary=salary and SalaryField(*salary),
        company=company,
    )


def kept(jobs, most):
    counts = []
    for backend in ("default_hash", "minhash_hash"):
        curator = JobCurator(ratio=0.99, backend=backend, max_per_cluster_in_pool=most)  # 0.99 of two is two
        counts.append(len(curator.dedupe_and_compress([job(number, **fields) for number, fields in enumerate(jobs)])))
    return tuple(counts)


same = {
    "60,000 a year and 30,000 a year": (
        [{"salary": (60_000, None, "EUR", "year")}, {"salary": (30_000, None, "EUR", "year")}],
        (2, 2),
    ),
    "18 EUR an hour and 3,600 EUR a month": (
        [{"salary": (18, 20, "EUR", "hour")}, {"salary": (3_200, 3_600, "EUR", "month")}],
        (1, 1),
    ),
    "4,000 USD a month and 4,000 EUR a month": (
        [{"salary": (4_000, None, "USD", "month")}, {"salary": (4_000, None, "EUR", "month")}],
        (1, 1),
    ),
    "two hospitals": ([{"company": "Hospital A"}, {"company": "Hospital B"}], (1, 1)),
}
near = {
    "English, thirty or 30 days": ([{"text": english}, {"text": english.replace("thirty", "30")}], (1, 1)),
    "Japanese, thirty or 30 days": ([{"text": japanese}, {"text": japanese.replace("三十", "30")}], (2, 2)),
    "English, one more full stop": ([{"text": english}, {"text": english + "."}], (1, 1)),
    "Japanese, one more full stop": ([{"text": japanese}, {"text": japanese + "。"}], (1, 2)),
}
for most, cases in ((3, same), (1, near)):
    for name, (jobs, expected) in cases.items():
        counts = kept(jobs, most)
        print(f"{name}: {counts[0]}, {counts[1]}")
        assert counts == expected, "the behaviour has changed"

adverts = [job(1), job(2, "Call us."), job(3, japanese, "看護師")]
JobCurator(ratio=0.99).dedupe_and_compress(adverts)
for advert in adverts:
    print(f"{advert.title}, {advert.length_tokens}: {advert.quality:.3f}")
assert [(a.length_tokens, round(a.quality, 3)) for a in adverts] == [(51, 0.717), (3, 0.423), (2, 0.417)], (
    "the behaviour has changed"
)
PYTHON
