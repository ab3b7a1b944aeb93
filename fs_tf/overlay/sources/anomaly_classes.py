"""Which cutouts show an anomaly: classes that Cityscapes does not have."""

import re

from fs_tf import errors
from fs_tf.labels import CLASS_NAMES

# In the folder of the cutouts, the classes that count beside `KNOWN`, one a line.
LIST_FILE = "anomaly_classes.txt"

# Nothing here is a class of Cityscapes, or could be taken for one; those of Pascal VOC
# that Section 3.2 names are among them. What is neither here nor in a list is left out,
# since a car under another name must not become an anomaly.
KNOWN = frozenset(
    name.strip()
    for name in """
    alligator, alpaca, antelope, badger, bat, bear, beaver, bee, bird, bison, boar,
    buffalo, butterfly, camel, cat, cattle, cheetah, chicken, chimpanzee, cow, crab,
    crocodile, crow, deer, dinosaur, dog, dolphin, donkey, dragon, duck, eagle,
    elephant, elk, falcon, fish, flamingo, fox, frog, giraffe, goat, goose, gorilla,
    hamster, hawk, hedgehog, hen, hippo, hippopotamus, horse, hyena, iguana, jaguar,
    kangaroo, koala, lamb, leopard, lion, lizard, llama, lynx, meerkat, monkey, moose,
    mouse, octopus, ostrich, otter, owl, ox, panda, panther, parrot, peacock, pelican,
    penguin, pig, pigeon, polar bear, pony, puma, rabbit, raccoon, rat, reindeer, rhino,
    rhinoceros, rooster, seal, shark, sheep, skunk, sloth, snail, snake, spider,
    squirrel, swan, tiger, toad, tortoise, turkey, turtle, unicorn, walrus, whale, wolf,
    zebra,

    aeroplane, airplane, balloon, boat, canoe, drone, helicopter, hot air balloon,
    kayak, kite, parachute, plane, rocket, rowing boat, sailboat, sailing boat, ship,
    spaceship, submarine, ufo, yacht,

    armchair, bathtub, bed, bookcase, bookshelf, cabinet, chair, chest, couch, crib,
    cupboard, desk, dresser, fireplace, lamp, mattress, mirror, nightstand, piano,
    pillow, rug, shelf, sink, sofa, stool, table, throne, toilet, wardrobe,

    air conditioner, camera, clock, computer, dishwasher, fan, fridge, keyboard, laptop,
    microwave, monitor, oven, phone, printer, projector, radio, refrigerator, robot,
    sewing machine, stove, telephone, television, toaster, tv, tvmonitor, vacuum
    cleaner, washing machine,

    anchor, axe, ball, barrel, baseball, basket, basketball, bell, book, boot, bottle,
    bowl, box, broom, brush, bucket, cage, candle, cannon, cardboard box, crate, crown,
    cup, dart, dice, doll, drum, dumbbell, egg, feather, flute, football, globe,
    glove, golf ball, guitar, hammer, handbag, harp, hat, helmet, hourglass, iron, jar,
    kettle, key, knife, ladder, lantern, lego, mug, pan, paper bag, pencil, plate,
    plush, pot, rubber duck, sandal, saw, saxophone, scissors, screw,
    shield, shoe, shovel, skateboard, ski, skull, sled, snowboard, snowman, soccer ball,
    spoon, statue, suitcase, surfboard, sword, teapot, teddy, teddy bear, telescope,
    tent, toy, toybox, treasure chest, trophy, trumpet, tyre, umbrella, vase,
    violin, wheel, wheelbarrow, wrench,

    apple, avocado, banana, bread, broccoli, burger, cabbage, cake, carrot,
    cheese, cherry, coconut, corn, cucumber, donut, eggplant, garlic, grapes, hamburger,
    hotdog, ice cream, lemon, mango, melon, mushroom, onion, orange, peach, pear,
    pepper, pineapple, pizza, potato, pumpkin, sandwich, strawberry, tomato, watermelon
    """.replace("\n    ", " ").split(",")
)


def normalized(name: str) -> str:
    """Returns a class as all are compared: "Stop_sign" is "stop sign"."""
    return re.sub(r"[\s_-]+", " ", name).strip().lower()


def anomaly_classes(data: bytes, where: str) -> frozenset[str]:
    """Returns the classes that count as anomalies.

    Args:
      data: the user's list, UTF-8, one class a line; `#` begins a comment.
      where: how to call the list in errors.

    Raises:
      ValueError: it names a class of Cityscapes, or is not UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    # Much text in UTF-16 is valid UTF-8, too, with a zero in every other place.
    if "\0" in text:
        raise errors.BadValue(f"'{where}' is no UTF-8 text: save it as UTF-8.")
    lines = (line.partition("#")[0] for line in text.splitlines())
    listed = {normalized(line) for line in lines} - {""}
    wrong = sorted(listed & set(CLASS_NAMES))
    if wrong:
        raise errors.BadValue(
            f"'{where}' names '{wrong[0]}', which is a class of Cityscapes and never "
            "an anomaly; remove that line."
        )
    return KNOWN | listed
