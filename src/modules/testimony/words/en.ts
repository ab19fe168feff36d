/** English words for receipts: everyday, neutral, each distinct from every other as receipt.ts compares them (a test counts them). */
export const words: readonly string[] = `
  olive fig grape apple apricot peach cherry mulberry banana orange lemon melon date pear quince plum almond walnut
  pistachio hazelnut chestnut sesame thyme mint parsley coriander cumin anise cinnamon ginger pepper sumac basil sage
  chamomile saffron cardamom clove turmeric okra zucchini aubergine tomato cucumber carrot radish lettuce spinach onion
  garlic potato maize wheat barley rice lentil chickpea bean pea flour yeast bread loaf biscuit pastry dough butter
  cheese yogurt cream milk honey syrup sugar vinegar jam coffee tea juice soup salad pickle sauce feast breakfast lunch
  dinner table plate spoon fork cup jug glass tray kettle teapot sieve grinder blender kitchen shelf cupboard drawer
  basket jar bottle napkin apron recipe sea river brook spring lake pond waterfall bay beach wave island harbour boat
  sail ship oar lighthouse shell pearl coral sponge sailor fisher fish whale dolphin turtle crab octopus seagull swan
  duck goose hen pigeon sparrow nightingale canary parrot peacock hoopoe stork ostrich eagle falcon owl swallow
  blackbird lark robin finch wren heron pelican puffin penguin flamingo crane horse foal donkey mule camel cow calf
  sheep lamb goat deer rabbit cat squirrel hedgehog fox bear elephant giraffe lion tiger leopard kangaroo panda koala
  otter beaver badger moose bison llama zebra hippo monkey frog lizard chameleon butterfly bee ant cricket ladybird
  dragonfly snail beetle silkworm cocoon hive nest feather wing beak hoof fleece wool cotton linen silk velvet mountain
  hill plateau plain valley slope summit cave rock stone pebble sand soil clay dune desert oasis meadow field orchard
  vineyard garden forest thicket tree branch trunk root leaf bud flower rose jasmine daffodil iris lily daisy violet
  carnation poppy lavender tulip orchid dahlia marigold sunflower lilac peony ivy palm cypress cedar willow poplar oak
  carob laurel reed papyrus wheatear grass moss mushroom seed kernel fruit grain peel cluster bouquet wreath greenhouse
  plough sickle harvest season rain cloud mist dew snow frost breeze thunder rainbow sun moon crescent star planet
  galaxy comet meteor sky horizon dawn sunrise noon afternoon sunset dusk evening summer autumn winter january february
  march april june july august september october november december sunday monday tuesday wednesday thursday friday
  saturday week month year century minute second hour calendar holiday picnic journey travel suitcase map compass road
  path lane street square avenue bridge tunnel crossing signal station train wagon bus bicycle truck tractor airship
  balloon parasol ticket seat passenger driver guest host hotel tent cottage house home flat room lounge balcony roof
  attic doorstep stair chimney window curtain carpet mat rug pillow quilt blanket cradle sofa desk mirror lamp lantern
  candle fan stove oven book notebook pencil crayon ink paper eraser ruler chalk blackboard lesson school college
  library teacher student pupil letter word sentence line page chapter title index story novel tale poem verse prose
  essay magazine newspaper mail stamp envelope postcard colour red green blue yellow white brown grey pink purple golden
  silver indigo turquoise emerald amber ivory crimson scarlet maroon beige painting brush frame picture statue pottery
  porcelain mosaic ornament painter sculptor museum gallery theatre stage actor film cinema screen camera director song
  melody note rhythm lute flute violin piano guitar drum tambourine oboe trumpet harp cello clarinet banjo accordion
  singer choir band anthem dance party wedding ring necklace bracelet earring crown ruby sapphire topaz agate marble
  amethyst opal jade perfume soap comb toy doll ball swing kite dice chess pawn puzzle riddle race goal team match medal
  swimming skating hiking climbing running rowing cycling tennis football archery shirt dress coat jacket cloak trousers
  skirt blouse sweater sock shoe sandal slipper hat scarf shawl turban glove pocket button thread ribbon pin scissors
  loom spindle fabric embroidery tailor carpenter builder baker cook seller merchant farmer shepherd gardener courier
  doctor nurse pharmacist engineer accountant writer poet historian astronomer scientist inventor pioneer beekeeper
  jeweller weaver storyteller potter cobbler miller printer florist grocer waiter chemist librarian architect musician
  dancer juggler clown market shop store bakery cafe restaurant pharmacy grocery scale price receipt coin penny dollar
  purse wallet zero ten hundred thousand half quarter third sum product triangle circle rectangle cube sphere pyramid
  cone angle point distance metre mile kilo gram pound litre weight length width height depth north south east west
  father mother brother sister grandfather grandmother uncle aunt son daughter cousin nephew niece neighbour friend
  companion colleague family child baby bride groom twin laugh smile greeting handshake invitation gift surprise thanks
  promise hope dream fancy idea opinion language dialect proverb wisdom joke memory longing affection kindness
  friendship honesty courage patience calm joy delight comfort sleep nap wonder curiosity hair forehead eyebrow eyelash
  nose cheek chin beard moustache shoulder elbow heart knee ankle footstep pulse breath box folder parcel packet bundle
  glue paint lever pulley pump tap sink broom mop washer umbrella spectacles clock alarm telephone radio television
  computer headphones microphone lens microscope telescope magnet engine windmill waterwheel canal gutter city village
  town capital continent ocean strait delta estuary source bank castle palace tower dome minaret church mosque temple
  monastery fountain inn bathhouse ruins column arch gateway portico courtyard copper gold diamond crystal tin bronze
  wood lime plaster cement brick tile gravel bamboo rubber cardboard cork wax resin drizzle stream ripple droplet steam
  warmth shade light ray glimmer sparkle echo whisper sound chime bell whistle birdsong neigh purr rustle murmur farm
  barn stable meadowlark pasture hay straw saddle caravan millstone mortar pestle firewood draft margin footnote preface
  copy manuscript comma bracket dictionary encyclopedia atlas news interview dialogue debate seminar lecture meeting
  club guild workshop factory studio laboratory experiment theory theorem axiom result chemistry physics mathematics
  algebra geometry astronomy history geography philosophy logic grammar spelling rhyme clinic medicine ointment vaccine
  vitamin health exercise coach referee raisin oatmeal cocoa vanilla chocolate candy gum icecream popcorn noodle
  macaroni couscous porridge broth kebab falafel omelette pancake waffle muffin pretzel pudding toffee caramel marmalade
  custard lollipop nutmeg paprika oregano rosemary dill fennel mustard ketchup mayonnaise tofu avocado mango pineapple
  kiwi guava papaya strawberry raspberry blueberry cranberry gooseberry cabbage cauliflower broccoli beetroot turnip
  celery asparagus artichoke pumpkin squash leek shallot chive kale lychee coconut nectarine tangerine grapefruit cashew
  peanut pecan maple beech birch elm alder hazel pine fir spruce larch juniper rowan acacia sycamore eucalyptus hawthorn
  holly clover fern heather thistle bluebell buttercup snowdrop primrose pansy petunia begonia geranium hyacinth crocus
  freesia gardenia magnolia camellia hibiscus honeysuckle wisteria partridge quail pheasant woodpecker kingfisher cuckoo
  magpie starling thrush plover sandpiper curlew albatross toucan hummingbird reindeer antelope gazelle ibex yak alpaca
  porcupine mole weasel seal walrus salmon sardine tuna trout herring mackerel oyster mussel squid starfish seahorse
  jellyfish lobster shrimp anchor rudder mast jetty buoy canoe kayak ferry raft yacht gondola trolley sled carriage
  railway platform escalator lobby hall backdrop beginning ending opening episode morsel portion big small tall short
  ancient modern lovely gentle heavy wide warm cool sweet salty sour fresh ripe smooth rough shiny clear thin thick
  broad exact quick slow simple strange familiar early late quiet lively bright tidy round soft crisp mellow merry jolly
  eager clever humble graceful steady nimble airport arcade album almanac alphabet anecdote apprentice aquarium artist
  aroma autograph award backpack badge bagpipe ballad ballet banner banquet bargain baritone barometer baseball
  basketball bathrobe bathtub beanbag beret beverage birthday blossom blueprint bobbin bookcase bookmark boulder bowl
  brochure brooch bubble buffet bungalow bunny cabin cactus cake canvas canyon cape caption caravel card cardigan cargo
  carnival carol cartoon cartwheel cascade casserole catalogue cathedral celebration cereal champion channel charcoal
  charm chapel cheer chorus chowder cinder circus citrus clarity clasp cliff clipboard cloth clubhouse coast cobalt
  cocktail collage collar comedy compost concert confetti contest cookie copperplate corner costume couch cove crate
  crew crochet croissant cruise crumb cushion cutlery cymbal daybreak deck decade decimal denim depot design dessert
  detail dial diagram diary dimple diploma disc dock donut doodle doorbell doorway dragon dressing duet dumpling
  dwelling easel eclipse edition elevator elixir emblem embrace encore equator errand evergreen excursion exhibit
  explorer fable fair fairy fashion faucet festival fiction fiddle fjord flagpole flask flavour flock foliage folklore
  footpath footprint foyer fragrance freckle freshwater fudge fulcrum funnel furniture gadget garland garnet gazebo gem
  gingham glacier glade glider globe glossary glow goblet gondolier gong gown granite gravy griddle grove guidebook
  guitarist gumdrop habitat hairbrush hammock harmonica harmony haystack headline hedge helmet herb heritage hilltop
  hobby hoodie hummus husk hymn icicle icon igloo imagination inlet instrument isle itinerary jersey jigsaw jingle
  journal jungle kaleidoscope kimono kiosk kitten knapsack knitting lace lagoon landmark landscape lasagne lattice
  laundry lawn leather legend lemonade lichen limestone locket lullaby lyric mandolin mansion mantle marathon marina
  marvel mascot maypole medley menu mermaid midnight millet miniature mirth mitten modest moccasin monument moonlight
  morning motto mural muslin nectar needle neon newborn nickel notion novelty nugget nursery oatcake opera orbit
  orchestra organ origami outfit outing overture paddle pagoda palette pantry parade parchment park parlour parsnip
  pastel patchwork patio pavilion pedal pendant peppermint petal photograph pianist pier pigment pilgrim pillar pitcher
  pixel pizza playground plaza polish polka poncho pony portrait postman potluck prairie prelude prism procession
  profile promenade prologue puddle pullover puppet puppy quarry quartz quest quiche quiz rainfall raincoat ranch ravine
  recital reef refrain relay relish reunion rhapsody rhubarb ridge ritual riverbank robe romance rooftop rooster rosebud
  rumble sailboat sandbox sandwich sapling sash satchel satin saucer savanna scenery scholar scooter scrapbook seashore
  seaside semester serenade shadow shampoo shoreline shrub silhouette sincere sketch sketchbook skylight sleigh snack
  snowball snowflake snowman soda solo sonata sonnet souvenir spaghetti spectrum spice spiral splash spoonful stadium
  staircase starlight stencil stew stitch stroll suburb sundial sunbeam sunshine supper surfboard symbol symphony
  syllable tablecloth tango tapestry tartan teacup teaspoon tempo terrace terracotta textile thimble tidepool timber
  timetable tinsel toast topping tourist trail tram treasure trellis triumph trombone tropics trophy tuba tugboat tundra
  tunic twig twilight ukulele universe upland vase veranda vest viola visitor voyage waltz wardrobe watercolour
  waterfront waterlily weekend wharf whisk wicker wildflower woodland woodwind wristwatch xylophone yarn yodel yolk
  zeppelin zigzag zinnia zodiac
`
  .trim()
  .split(/\s+/);
