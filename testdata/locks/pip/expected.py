# Prints what pip makes of requirements.txt: line, requirement, hashes. Run with pip 23.2.1 installed.
from pip._internal.req.req_file import RequirementsFileParser, get_line_parser
from pip._internal.network.session import PipSession
for line in RequirementsFileParser(PipSession(), get_line_parser(None)).parse("requirements.txt", False):
    hashes = ",".join(f"{a}:{d}" for a, ds in sorted((line.opts.hashes or {}).items()) for d in ds)
    print(f"{line.lineno}\t{line.requirement if line.is_requirement else ''}\t{hashes}")
