"""The two networks that read expressions: one for strokes, one for the symbols that these belong to.

Both are transformers (Vaswani et al. 2017, arXiv:1706.03762; normalised before each layer, Xiong et al. 2020,
arXiv:2002.04745) with features of each pair of elements in their attention (after Shaw, Uszkoreit, Vaswani 2018,
arXiv:1803.02155): they give a number that is added to the attention of each head, and are themselves summed by the
attention together with the values.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from digitvision.recognition.expression.layout import RELATIONS
from digitvision.recognition.expression.reading.stroke_features import CHANNELS, PAIR_NUMBERS, POINTS, SCALARS
from digitvision.recognition.expression.reading.symbol_features import BOX_NUMBERS, LAYERS, SIDE, SYMBOL_PAIR_NUMBERS

if TYPE_CHECKING:
    import keras

WIDTH: Final = 128
HEADS: Final = 4
INNER: Final = 320
BLOCKS: Final = 3
"""Number of blocks of attention in each of the two transformers, unless a recipe wants others."""

PAIR_WIDTH: Final = 24
APART_AT_FIRST: Final = -3.0
"""Logit of two strokes belonging to the same symbol, before anything is learned: most do not."""

MOMENTUM: Final = 0.95
"""Weight of the past in the means of batch normalization: a batch has hundreds of strokes, and trainings are short."""

_FAR: Final = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """All networks that are trained together, by what they map to what.

    Attributes:
        paths: The path of a stroke [32, 6] to a vector; `pictures` the raster of a symbol [24, 24, 5] to a vector.
        strokes: Vectors and scalars of N strokes, features of their pairs and a mask to logits of belonging to the same
            symbol [N, N], logits of the class of each stroke [N, C], and vectors [N, 128].
        symbols: The same of M symbols to logits of classes [M, C], logits of parent and relation [M, M, 6], and logits
            of being the root [M].
        raster_classes: The vector of a raster to logits of its class; used in the training only.
    """

    paths: "keras.Model"
    strokes: "keras.Model"
    pictures: "keras.Model"
    symbols: "keras.Model"
    raster_classes: "keras.Model"

    @property
    def all(self) -> tuple["keras.Model", ...]:
        """All networks."""
        return (self.paths, self.strokes, self.pictures, self.symbols, self.raster_classes)

    @property
    def trainable(self) -> list[Any]:
        """The variables that are learned."""
        return [weight for network in self.all for weight in network.trainable_variables]

    @property
    def weights(self) -> list[Any]:
        """All variables, those included that are not learned, such as means of batch normalization."""
        return [weight for network in self.all for weight in network.weights]


def build_networks(classes: int, dropout: float = 0.1, blocks: int = BLOCKS) -> Networks:
    """Build new networks for so many classes, each transformer of so many blocks."""
    return Networks(
        _paths(),
        _strokes(classes, dropout, blocks),
        _pictures(),
        _symbols(classes, dropout, blocks),
        _raster_classes(classes),
    )


def _paths() -> "keras.Model":
    from keras import Input, Model, layers

    path = Input((POINTS, CHANNELS), name="path")
    x = path
    for number, (channels, size, stride) in enumerate(((48, 5, 1), (80, 5, 2), (112, 3, 2), (112, 3, 1)), start=1):
        name = f"conv{number}"
        x = layers.Conv1D(channels, size, strides=stride, padding="same", use_bias=False, name=name)(x)
        x = layers.ReLU(name=f"{name}_relu")(layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}_norm")(x))
    x = layers.Flatten(name="flat")(x)
    return Model(path, layers.Dense(WIDTH, name="vector")(x), name="paths")


def _pictures() -> "keras.Model":
    from keras import Input, Model, layers

    picture = Input((SIDE, SIDE, LAYERS), name="picture")
    x = picture
    for number, channels in enumerate((20, 40, 80), start=1):
        name = f"conv{number}"
        x = layers.Conv2D(channels, 3, padding="same", use_bias=False, name=name)(x)
        x = layers.ReLU(name=f"{name}_relu")(layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}_norm")(x))
        x = layers.MaxPooling2D(2, name=f"{name}_pool")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(WIDTH, activation="relu", name="vector")(x)
    return Model(picture, x, name="pictures")


def _raster_classes(classes: int) -> "keras.Model":
    from keras import Input, Model, layers

    vector = Input((WIDTH,), name="vector")
    return Model(vector, layers.Dense(classes, name="classes")(vector), name="raster_classes")


def _strokes(classes: int, dropout: float, blocks: int) -> "keras.Model":
    from keras import Input, Model, layers, ops

    vectors = Input((None, WIDTH), name="vectors")
    scalars = Input((None, SCALARS), name="scalars")
    pairs = Input((None, None, PAIR_NUMBERS), name="pairs")
    mask = Input((None,), name="mask")
    x = layers.Add(name="stroke")([vectors, layers.Dense(WIDTH, name="scalars_in")(scalars)])
    between = _between(pairs)
    x = _blocks(x, between, mask, dropout, blocks)
    # The order of two strokes makes no difference.
    both = ops.add(between, ops.transpose(between, (0, 2, 1, 3)))
    one = layers.Dense(64, name="together_one")(x)
    hidden = ops.add(ops.expand_dims(one, 1), ops.expand_dims(one, 2))
    hidden = ops.relu(ops.add(hidden, layers.Dense(64, use_bias=False, name="together_pair")(both)))
    bias = _constant(APART_AT_FIRST)
    together = layers.Dense(1, bias_initializer=bias, name="together")(hidden)
    kinds = layers.Dense(classes, name="stroke_classes")(x)
    return Model([vectors, scalars, pairs, mask], [ops.squeeze(together, -1), kinds, x], name="strokes")


def _symbols(classes: int, dropout: float, blocks: int) -> "keras.Model":
    from keras import Input, Model, layers, ops

    strokes = Input((None, WIDTH), name="strokes")
    pictures = Input((None, WIDTH), name="pictures")
    boxes = Input((None, BOX_NUMBERS), name="boxes")
    pairs = Input((None, None, SYMBOL_PAIR_NUMBERS), name="pairs")
    mask = Input((None,), name="mask")
    x = layers.Add(name="symbol")(
        [
            layers.Dense(WIDTH, name="strokes_in")(strokes),
            layers.Dense(WIDTH, name="pictures_in")(pictures),
            layers.Dense(WIDTH, name="boxes_in")(boxes),
        ]
    )
    between = _between(pairs)
    x = _blocks(x, between, mask, dropout, blocks)
    hidden_classes = layers.Concatenate(name="class_in")([x, pictures])
    hidden_classes = layers.Dropout(2 * dropout, name="class_drop")(
        layers.Dense(WIDTH, activation="relu", name="class_hidden")(hidden_classes)
    )
    kinds = layers.Dense(classes, name="classes")(hidden_classes)
    child = ops.expand_dims(layers.Dense(96, name="as_child")(x), 2)
    parent = ops.expand_dims(layers.Dense(96, name="as_parent")(x), 1)
    hidden = ops.relu(ops.add(ops.add(child, parent), layers.Dense(96, use_bias=False, name="edge_pair")(between)))
    edges = layers.Dense(len(RELATIONS), name="edges")(hidden)
    roots = layers.Dense(1, name="root")(layers.Dense(48, activation="relu", name="root_hidden")(x))
    return Model([strokes, pictures, boxes, pairs, mask], [kinds, edges, ops.squeeze(roots, -1)], name="symbols")


def _between(pairs: Any) -> Any:
    """Return learned features of each pair of elements, float32 [B, N, N, PAIR_WIDTH]."""
    from keras import layers

    hidden = layers.Dense(48, activation="relu", name="pair_hidden")(pairs)
    return layers.Dense(PAIR_WIDTH, activation="relu", name="pair")(hidden)


def _blocks(x: Any, between: Any, mask: Any, dropout: float, blocks: int) -> Any:
    from keras import layers, ops

    hidden = ops.expand_dims(ops.expand_dims(ops.multiply(ops.subtract(mask, 1.0), _FAR), 1), 1)
    size = WIDTH // HEADS
    for block in range(1, blocks + 1):
        name = f"block{block}"
        normed = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm1")(x)
        query, key, value = (
            layers.EinsumDense("bnd,dhk->bhnk", (HEADS, None, size), bias_axes="hk", name=f"{name}_{part}")(normed)
            for part in ("query", "key", "value")
        )
        bias = ops.transpose(layers.Dense(HEADS, name=f"{name}_bias")(between), (0, 3, 1, 2))
        scores = ops.multiply(ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))), size**-0.5)
        shares = ops.softmax(ops.add(ops.add(scores, bias), hidden), axis=-1)
        shares = layers.Dropout(dropout, name=f"{name}_drop1")(shares)
        gathered = ops.transpose(ops.matmul(shares, value), (0, 2, 1, 3))
        pair_sums = ops.matmul(ops.transpose(shares, (0, 2, 1, 3)), between)
        joined = layers.Concatenate(name=f"{name}_join")([gathered, pair_sums])
        out = layers.EinsumDense("bnhk,hkd->bnd", (None, WIDTH), bias_axes="d", name=f"{name}_out")(joined)
        x = layers.Add(name=f"{name}_sum1")([x, layers.Dropout(dropout, name=f"{name}_drop2")(out)])
        normed = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm2")(x)
        inner = layers.Dense(INNER, activation="gelu", name=f"{name}_inner")(normed)
        inner = layers.Dense(WIDTH, name=f"{name}_outer")(inner)
        x = layers.Add(name=f"{name}_sum2")([x, layers.Dropout(dropout, name=f"{name}_drop3")(inner)])
    return layers.LayerNormalization(epsilon=1e-5, name="last_norm")(x)


def _constant(value: float) -> Any:
    from keras import initializers

    return initializers.Constant(value)
