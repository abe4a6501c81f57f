"""Small InkML files as other programs write them."""

from digitvision.ink.inkml import InkDocument, parse_inkml

NAMESPACE = "http://www.w3.org/2003/InkML"


def read(content: str | bytes) -> InkDocument:
    """Read a file's content."""
    return parse_inkml(content if isinstance(content, bytes) else content.encode(), where="a.inkml")


def positions(content: str | bytes) -> list[list[list[float]]]:
    """Return the positions of the samples of each stroke that is ink to read."""
    return [stroke.xy.round(6).tolist() for stroke in read(content).drawing.strokes]


def ink(*elements: str) -> str:
    """Return an InkML file with these elements."""
    return f'<ink xmlns="{NAMESPACE}">{"".join(elements)}</ink>'


def source(channels: str, properties: str = "", more: str = "") -> str:
    """Return definitions with a context `c` whose ink source has these channels and properties."""
    properties = f"<channelProperties>{properties}</channelProperties>" if properties else ""
    return (
        f'<definitions><context xml:id="c"><inkSource><traceFormat>{channels}</traceFormat>{properties}</inkSource>'
        f"{more}</context></definitions>"
    )


def trace(samples: str, **attributes: str) -> str:
    """Return a trace in the context `c`."""
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<trace contextRef="#c"{more}>{samples}</trace>'
