"""Word lists for the problem generator. Nouns are singular; `plural` inflects them."""
import re

HER = """Amy Anna Ava Bella Carla Chloe Clara Daisy Diana Elena Ella Emily Emma Erin Eva Fatima Fiona Gina Grace Hana
Hannah Helen Ida Ingrid Irene Isla Ivy Jane Jenna Jill Joan Julia Kate Kayla Kim Lara Laura Leila Lena Lily Lina Lisa
Lucia Lucy Lydia Maria Mary Maya Mei Mia Mina Molly Nadia Nancy Nina Nora Olga Olivia Paula Petra Priya Rachel Rosa
Rosie Ruby Ruth Sally Sandra Sara Sarah Sofia Sonia Sue Susan Tara Tina Uma Vera Wanda Yara Yuki Zara Zoe Aisha Ingeborg
Mrs.~Smith Ms.~Lee Mrs.~Patel Grandma Mother Aunt~May Samira Chiara Beatriz Noor Anika Freya Keiko Amara Svetlana Holly
Abigail Charlotte Danielle Faith Haley Melanie Natalie Rebecca Robin Brenda Dorothy Carol Janet Marta Greta""".split()
HIM = """Adam Alan Alex Ali Amir Andy Arjun Ben Bill Bob Boris Brian Bruno Carl Carlos Chris Dan Daniel David Diego
Dmitri Ed Eric Ethan Felix Finn Frank Fred George Greg Hans Harry Hassan Henry Hugo Ian Igor Isaac Ivan Jack Jacob
James Jan Jay Jim Joe John Jonas Jose Juan Karl Ken Kevin Kofi Kurt Lars Leo Liam Luca Luis Luke Marco Mark Martin Matt
Max Mike Milan Mohammed Nate Ned Nick Noah Omar Oscar Otto Owen Paul Pedro Peter Raj Ravi Rob Roger Ryan Sam Samuel
Scott Sean Simon Steve Tariq Ted Theo Tim Tom Tony Victor Will Yusuf Mr.~Jones Mr.~Brown Dr.~Kim Grandpa Father
Uncle~Joe Kenji Mateo Santiago Olu Thabo Bjorn Emre Faisal Gustav Haruto Bryan Brandon Connor Dylan Edward Faraz Gabe
Josh Lewis Lloyd Philip Randy Wayne Zachary Zane""".split()
ROLES = """farmer baker teacher gardener librarian shopkeeper merchant painter carpenter chef cook driver pilot sailor
fisherman tailor butcher florist collector student nurse doctor engineer scientist coach manager waiter clerk builder
plumber mechanic writer author singer dancer musician artist photographer hiker runner cyclist swimmer king queen wizard
pirate knight robot beekeeper grocer jeweler postman mailman ranger trainer boy girl man woman neighbor friend kid
child customer tourist shepherd rancher miner potter weaver blacksmith hunter zookeeper janitor secretary dentist vet
programmer hobbyist volunteer vendor seller trader gamer reader""".split()
ORGS = """shop store bakery factory farm school library museum hotel restaurant cafe company club team zoo hospital
bank theater cinema supermarket market warehouse bookstore florist pharmacy garage workshop studio college university
brewery dairy orchard vineyard nursery charity church village town city council publisher printer newspaper airline
railway shipyard winery mill mine quarry plant depot kiosk stall deli pizzeria laboratory office startup website toy~shop
pet~shop candy~shop flower~shop sports~club book~club school~cafeteria post~office print~shop gift~shop car~dealer""".split()
GROUPS = """child student friend guest worker player kid pupil visitor customer neighbor classmate soldier sailor
employee teacher cousin member volunteer participant scout camper hiker dancer singer team family class school
village person boy girl man woman brother sister nephew winner passenger pirate resident colleague coworker teammate
relative helper farmer patient shop store office department club grandchild partner judge runner""".split()
FOOD = """apple orange banana pear peach plum cherry grape lemon lime mango melon berry strawberry blueberry raspberry
apricot fig date olive tomato potato carrot onion pepper cucumber bean pea pumpkin turnip radish mushroom egg cookie
cake cupcake muffin donut pie pancake waffle bagel roll bun sandwich burger pizza taco burrito dumpling sausage meatball
pretzel cracker candy lollipop chocolate gumdrop jellybean marshmallow nut walnut almond peanut chestnut hazelnut
raisin popsicle brownie biscuit croissant loaf cheese~stick ice~cream~cone candy~bar chocolate~bar granola~bar
slice~of~pizza slice~of~cake piece~of~candy piece~of~fruit bag~of~chips can~of~soup bottle~of~juice jar~of~jam
watermelon pineapple coconut kiwi avocado scone tart macaron truffle sugar~cube""".split()
THINGS = """book pencil pen marker crayon notebook eraser ruler stamp coin card sticker marble toy doll ball balloon
kite puzzle game block brick tile nail screw bolt button bead ring necklace bracelet key candle lamp bulb battery
cup mug plate bowl fork spoon knife bottle jar can box basket bag sack shirt sock shoe hat glove scarf coat towel
blanket pillow chair table desk bench door window car truck bus bike bicycle train boat ship plane wheel tire rope
hammer shovel bucket brush painting photo picture poster magazine newspaper letter envelope postcard ticket badge medal
trophy flag drum guitar phone computer laptop tablet keyboard chip robot drone clock watch calendar map globe magnet
lens shell pebble stone rock gem diamond pearl crystal seed leaf feather stick log plank board pipe tube wire cable
paper~clip rubber~band paper~plane trading~card baseball~card comic~book video~game teddy~bear light~bulb tennis~ball
golf~ball water~bottle lunch~box school~bag pair~of~shoes pair~of~socks sheet~of~paper roll~of~tape piece~of~paper
piece~of~wood deck~of~cards ornament lantern helmet backpack umbrella tent vase mirror spring gear sensor screen disk
token point flyer leaflet form file document brochure page DVD CD T-shirt jacket dress skirt jersey hoodie blouse
mosaic~tile glass~bead action~figure board~game model~train snow~globe charm crate paperclip thumbtack pushpin
USB~stick memory~card coupon voucher raffle~ticket lottery~ticket ticket~stub invitation bookmark figurine statue""".split()
LIVING = """cat dog rabbit hamster mouse bird parrot duck chicken goose turkey cow sheep goat pig horse pony donkey
camel fish goldfish frog toad turtle snake lizard bee butterfly ant beetle ladybug spider snail crab lobster shrimp
penguin seal whale dolphin shark lion tiger bear wolf fox deer elephant giraffe zebra monkey panda koala owl eagle
pigeon sparrow swan puppy kitten calf lamb chick flower rose tulip daisy lily sunflower tree bush plant cactus oak
pine~tree apple~tree shrub fern orchid seedling bulb dandelion""".split()
ADJ = """red blue green yellow white black purple orange pink brown gray silver golden small large big tiny new old
shiny wooden plastic metal paper round square striped spotted fresh ripe broken used rare cheap expensive colorful
painted empty full heavy light soft hard clean dirty pretty plain fancy special blank foreign local wild young
glass frozen sweet sour salty spare extra""".split()
CONTAINERS = """box bag basket crate carton sack jar tray shelf drawer packet pack case bucket bin barrel tub pile
stack row bundle bunch folder album page envelope cabinet chest trunk truck van cart wagon container pallet tin
suitcase backpack pouch table cage tank pot plate bowl rack cupboard locker set group batch string vase bouquet
kit column line roll bottle box~set parcel""".split()
PLACES = """room hall library classroom park garden field forest lake pond river beach garage kitchen basement attic
office museum store shop market barn stable farm zoo aquarium school hospital warehouse factory yard stadium theater
station airport harbor village town city hotel castle tower cave meadow orchard greenhouse nursery playground
parking~lot train~station bus~stop shopping~mall town~square bookstore bakery cafeteria gym tent cabin
living~room storage~room display~case cellar shed workshop studio lobby vault auditorium arena camp valley island""".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
TIMES = "second minute hour day week month year night weekend season shift semester quarter morning afternoon evening".split()
CURRENCY = """dollar euro pound cent yen peso crown franc coin rupee buck token credit""".split()
DISTANCE = """kilometer~kilometers mile~miles meter~meters km~km foot~feet yard~yards kilometre~kilometres step~steps
metre~metres light-year~light-years centimeter~centimeters inch~inches block~blocks lap~laps""".split()
WEIGHT = """gram~grams kilogram~kilograms pound~pounds ounce~ounces kilo~kilos ton~tons kg~kg milligram~milligrams""".split()
LIQUID = """liter~liters gallon~gallons litre~litres milliliter~milliliters cup~cups pint~pints barrel~barrels
ml~ml drop~drops bucket~buckets quart~quarts""".split()
FLUIDS = "water milk oil juice paint fuel petrol gasoline wine soup lemonade honey syrup coffee rainwater".split()
VEHICLES = "bus van car truck boat taxi coach minibus train ferry cab bike plane wagon tram raft ship helicopter".split()
GAIN = """buy get find receive collect gather pick earn win borrow acquire obtain purchase order add make bake build
produce create catch harvest discover dig~up fetch import inherit download print grow save gain secure accept assemble
bring~in pick~up take~in craft prepare paint sew plant breed hatch hire rent accumulate amass compile manufacture
score spot count pull~out recover rescue salvage sign~up adopt claim unlock unpack attract welcome register recruit
stack~up store put~aside set~aside cook draw fold knit carve mint mine raise rack~up hoard snap~up load"""
LOSS = """sell lose use eat donate drop spend discard burn waste tear spill misplace return remove delete destroy serve
consume drink scrap export release cut~down pay give~away throw~away hand~out trade~away ship send~away break use~up
sell~off give~up throw~out toss~out put~back take~out take~away get~rid~of part~with pass~on hand~over deliver leave
forget lend bury hide~away feed~to~the~birds give~back send~back auction~off crush smash ruin damage recycle erase
withdraw forfeit dump unload sacrifice swallow devour chew wear~out pour~out drain mail~out distribute offload empty~out
bet~and~lose gift raffle~off melt~down tear~up cross~out cancel dismiss evict surrender abandon"""
LOST = """sold lost used eaten donated dropped spent discarded burned wasted torn misplaced returned removed deleted
destroyed consumed scrapped exported released paid given~away thrown~away handed~out traded shipped broken used~up
sold~off thrown~out taken~out taken~away delivered forgotten lent buried recycled erased withdrawn dumped stolen
rejected cancelled dismissed rotten cracked spoiled missing gone retired closed cleared~away swept~away washed~away
crushed smashed ruined damaged blown~away picked~up carried~off moved~elsewhere transferred~out driven~away set~free"""
SYLLABLES = """ba be bi bo bra bri cha chi clo co cra da de di do dra dre fa fe fi flo fra ga ge gli go gra ha he hi ho
ja je jo ka ke ki klo ko kra la le li lo lu ma me mi mo mu na ne ni no nu o pa pe pi plo po pra qua ra re ri ro ru sa se
she shi slo so spa sta sto ta te thi ti to tra tri u va ve vi vo wa we wi wo xa ya yo za ze zi zo""".split()
ENDINGS = "b d f g k l lk m n nd ng nt p r rk rt s sk st t th ck x".split()

IRREGULAR = dict(pair.split(":") for pair in """mouse:mice goose:geese sheep:sheep fish:fish goldfish:goldfish deer:deer
shrimp:shrimp person:people man:men woman:women child:children grandchild:grandchildren foot:feet calf:calves
wolf:wolves leaf:leaves loaf:loaves knife:knives shelf:shelves tomato:tomatoes potato:potatoes mango:mangoes
yen:yen cactus:cacti fisherman:fishermen mailman:mailmen postman:postmen popcorn:popcorn mosquito:mosquitoes""".split())


def plural(noun):
    """box -> boxes, slice of pizza -> slices of pizza, toy shop -> toy shops."""
    if " of " in noun:
        head, _, rest = noun.partition(" of ")
        return plural(head) + " of " + rest
    head, _, last = noun.rpartition(" ")
    if last in IRREGULAR:
        last = IRREGULAR[last]
    elif re.search(r"(s|x|z|ch|sh)$", last):
        last += "es"
    elif re.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{head} {last}" if head else last


def _clean(words):
    return [w.replace("~", " ") for w in words]


HER, HIM, ROLES, ORGS, GROUPS = _clean(HER), _clean(HIM), _clean(ROLES), _clean(ORGS), _clean(GROUPS)
FOOD, THINGS, LIVING = _clean(FOOD), _clean(THINGS), _clean(LIVING)
GAIN, LOSS, LOST = _clean(GAIN.split()), _clean(LOSS.split()), _clean(LOST.split())
CONTAINERS, PLACES = _clean(CONTAINERS), _clean(PLACES)
UNITS = {
    "dist": [tuple(u.split("~")) for u in DISTANCE],
    "weight": [tuple(u.split("~")) for u in WEIGHT],
    "liquid": [tuple(u.split("~")) for u in LIQUID],
    "cur": [(c, plural(c)) for c in CURRENCY],
    "time": [(t, plural(t)) for t in TIMES],
}

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def spell(n):
    """0..99 in words."""
    if n < 20:
        return _SMALL[n]
    return _TENS[n // 10 - 2] + (f"-{_SMALL[n % 10]}" if n % 10 else "")
