"""The stores that test_stores.py runs its cases over: a place of each kind, where images are put without Supply's help, and
whose bytes a test can change behind the back of their readers."""
import io
import os
import shutil
import subprocess
import tarfile

from harness import LayoutEdit
from registry_case import put_layout

TAG = "v1"


class Layouts:
    kind, digests = "oci", True  # digests: an image has a manifest digest here, and may have referrers
    env = {}

    def __init__(self, directory):
        self.directory = os.path.join(directory, self.kind)
        os.makedirs(self.directory)

    def path(self, image):
        return os.path.join(self.directory, image)

    def bare(self, image):
        """The image's name without a tag."""
        return f"{self.kind}:{self.path(image)}"

    def named(self, image, rest=":" + TAG):
        return self.bare(image) + rest

    def put(self, layout, image):
        """All of a layout whose image is tagged TAG, as it is."""
        shutil.copytree(layout, self.path(image))

    def change(self, image, digest, data):
        """Other bytes where those of the digest were; None: nothing there. Put back by giving the right ones."""
        set_file(LayoutEdit(self.path(image)).blob_path(digest), data)

    def neutral(self, image, text):
        """An output without what only this store calls the image."""
        for name in (self.named(image), self.bare(image), self.path(image), self.bare(image).removeprefix("registry:")):
            text = text.replace(name, "IMAGE")
        return text.replace(f'"{image}"', '"IMAGE"')


class Archives(Layouts):
    kind = "oci-archive"

    def put(self, layout, image):
        shutil.copytree(layout, self.path(image) + ".layout")
        self.pack(image)

    def pack(self, image):
        with tarfile.open(self.path(image), "w") as archive:
            archive.add(self.path(image) + ".layout", arcname="")

    def change(self, image, digest, data):
        set_file(LayoutEdit(self.path(image) + ".layout").blob_path(digest), data)
        self.pack(image)


class DockerArchives(Layouts):
    """As skopeo writes them."""
    kind, digests = "docker-archive", False

    def named(self, image, rest=":" + TAG):
        return f"{self.bare(image)}:{image}{rest}"

    def put(self, layout, image):
        subprocess.run(["skopeo", "copy", "--quiet", f"oci:{layout}:{TAG}", self.named(image)], check=True, capture_output=True)
        shutil.copy(self.path(image), self.path(image) + ".whole")

    def change(self, image, digest, data):
        with tarfile.open(self.path(image) + ".whole") as whole, tarfile.open(self.path(image), "w") as archive:
            for member in whole:
                content = whole.extractfile(member).read() if member.isfile() else None
                if member.isfile() and digest.split(":")[1] in member.name:
                    if data is None:
                        continue
                    content, member.size = data, len(data)
                archive.addfile(member, io.BytesIO(content) if content is not None else None)


class Repositories(Layouts):
    """Of a registry; `server` is what is spoken to, the registry itself or a proxy before it."""
    digests = True

    def __init__(self, kind, server, registry, env=None, authorization=None):
        self.kind, self.server, self.registry, self.env, self.authorization = kind, server, registry, env or {}, authorization

    def bare(self, image):
        return f"{self.server.name}/{image}"

    path = bare

    def put(self, layout, image):
        put_layout(layout, self.server, image, self.authorization)

    def change(self, image, digest, data):
        algorithm, hexes = digest.split(":")
        set_file(os.path.join(self.registry.directory, "data/docker/registry/v2/blobs", algorithm, hexes[:2], hexes, "data"), data)


def set_file(path, data):
    if data is None:
        os.remove(path)
        return
    with open(path, "wb") as out:
        out.write(data)
