"""Names of elements and attributes in other letters than the recommendation's, as programs for HTML write them."""

from typing import Final

_ELEMENTS: Final = {
    name.lower(): name
    for name in (
        *("ink", "definitions", "trace", "traceGroup", "traceView", "annotation", "annotationXML"),
        *("context", "inkSource", "traceFormat", "intermittentChannels", "channel", "channelProperties"),
        *("channelProperty", "sampleRate", "activeArea", "canvas", "canvasTransform", "timestamp"),
        *("brush", "brushProperty", "mapping", "bind", "affine", "matrix", "table", "math", "action", "actionData"),
    )
}

_ATTRIBUTES: Final = {
    name.lower(): name
    for name in (
        *("id", "type", "continuation", "priorRef", "contextRef", "brushRef", "traceDataRef", "from", "to"),
        *("duration", "timeOffset", "traceFormatRef", "inkSourceRef", "canvasRef", "canvasTransformRef", "mappingRef"),
        *("name", "value", "units", "min", "max", "orientation", "default", "channel", "width", "height", "size"),
        *("uniform", "source", "target", "column", "variable", "apply", "interpolation", "ref"),
    )
}

_AS_IT_IS: Final = frozenset(_ATTRIBUTES.values())


def as_spelt(name: str, attributes: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Return an element's name and attributes as the recommendation spells them; what it does not know stays."""
    if not _AS_IT_IS.issuperset(attributes):
        attributes = {
            key if "}" in key else _ATTRIBUTES.get(key.lower(), key): text for key, text in attributes.items()
        }
    return _ELEMENTS.get(name.lower(), name), attributes
