"""The gate on offline layouts: one image with 5 attestations, and 100 images with 5 signatures each in one run."""
import os
import subprocess
import sys
import tempfile

from measure import timed

IMAGE_WRITER = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), *"testdata/images".split("/"))
ATTESTATIONS, IMAGES, SIGNATURES = 5, 100, 5
POLICY = """version: 1
keys: {%s}
images:
  - match: ["**"]
    %s
"""


def small_image(directory, name):
    """A layout with one image of one layer under the tag app: the tests' own."""
    sys.path.append(IMAGE_WRITER)
    from image_writer import Layout, file, tar
    layout = Layout(os.path.join(directory, name))
    layout.tag(layout.image([("gzip", tar([file("etc/name", name)]))], config={"User": "1000"}), "app")
    layout.close()
    return layout.path


def measure(supply, rounds, row, make_image=small_image):
    with tempfile.TemporaryDirectory() as work:
        env = {**os.environ, "SUPPLY_PASSWORD": "bench", "XDG_CACHE_HOME": work + "/cache"}

        def run(*arguments):
            subprocess.run([supply, *arguments], env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=work)

        def gate(name, budget, policy, images):
            command = [supply, "gate", "--policy", policy, *images]
            timed(command, env)
            runs = [timed(command, env) for _ in range(max(rounds, 7))]
            row(name, min(each[0] for each in runs), max(each[1] for each in runs), None, budget)

        names = [f"k{i}" for i in range(SIGNATURES)]
        for name in names:
            run("key", "generate", "--output-key-prefix", name)
        keys = ", ".join(f"{name}: {work}/{name}.pub" for name in names)
        one = make_image(work, "one")
        for i in range(ATTESTATIONS):
            with open(f"{work}/p{i}.json", "w", encoding="ascii") as out:
                out.write('{"Data": "%d"}' % i)
            run("attest", "--key", f"{names[0]}.key", "--type", "custom", "--predicate", f"p{i}.json", f"oci:{one}:app")
        with open(f"{work}/one.yaml", "w", encoding="ascii") as out:
            out.write(POLICY % (keys, "attestations: [{type: custom, keys: [k0]}]"))
        gate("gate, 5 attestations", "<= 12 ms", f"{work}/one.yaml", [f"oci:{one}:app"])
        with open(f"{work}/many.yaml", "w", encoding="ascii") as out:
            out.write(POLICY % (keys, f"signatures: {{all_of: [{', '.join(names)}]}}"))
        images = []
        for i in range(IMAGES):
            layout = make_image(work, f"image{i}")
            for name in names:
                run("sign", "--key", f"{name}.key", f"oci:{layout}:app")
            images.append(f"oci:{layout}:app")
        gate("gate, 100 images x 5 signatures", "<= 100 ms", f"{work}/many.yaml", images)


def main():
    """Alone: gate.py SUPPLY."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:0] = [os.path.dirname(here), os.path.join(os.path.dirname(here), "e2e")]
    measure(os.path.abspath(sys.argv[1]), 7,
            lambda name, seconds, memory, ratio, budget: print(f"  {name:34}{seconds * 1000:8.2f} ms {memory:8.1f} MB   {budget}", flush=True))


if __name__ == "__main__":
    main()
