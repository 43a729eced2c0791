"""Semantic frames: a bank of sentences times a table of fitting words.

A frame says how numbers relate (so many per thing, a level that rises, a part of a whole ...); its table supplies
the nouns and verbs. `expression :: question :: answer`, slots as in environment.py plus the frame's own.
"""
from training import words
from training.environment import Bank


class Frame:
    """names: slots that the table's columns fill. `invent`: slots whose word may be replaced by an invented noun."""

    def __init__(self, names, table, lines, invent=()):
        self.names, self.invent = names.split(), set(invent)
        self.rows = [row.split() for row in table.strip().splitlines()]
        self.rows = [[cell.replace("_", " ") for cell in row] for row in self.rows]
        for row in self.rows:
            assert len(row) == len(self.names), row
        self.bank = Bank(lines)

    def fill(self, env):
        for name, cell in zip(self.names, env.pick(self.rows)):
            if name in self.invent and env.random() < env.nonsense:
                cell = env.word()
            env.values[name] = cell
            if name in self.invent:
                env.values[name + "s"] = words.plural(cell)


# one X does/holds so many Y: X, verb for one, verb for many, Y (plural)
PER_THING = Frame("X v v0 Y", """
page holds hold pictures
tree produces produce oranges
tree bears bear cherries
hen lays lay eggs
worker packs pack parcels
bus carries carry passengers
shelf holds hold books
bottle contains contain pills
album has have photos
truck transports transport crates
hive houses house bees
room has have windows
table seats seat guests
class has have pupils
spider has have legs
bag contains contain marbles
box contains contain screws
pack contains contain batteries
kid eats eat cookies
cow gives give liters
farmer owns own goats
flower has have petals
branch has have leaves
house has have doors
floor has have apartments
train pulls pull wagons
wagon carries carry containers
ship loads load cars
plane takes take travelers
necklace needs need pearls
dress needs need buttons
cake needs need eggs
recipe requires require spoons
wall needs need bricks
robot has have sensors
car has have wheels
desk has have drawers
team has have players
player scores score goals
student reads read books
student solves solve problems
writer writes write chapters
book has have chapters
chapter has have pages
line has have words
baker bakes bake rolls
oven holds hold trays
tray holds hold muffins
garden contains contain bushes
bed contains contain tulips
row contains contain seats
machine produces produce bolts
printer prints print sheets
volunteer plants plant trees
child blows_up blow_up balloons
helper folds fold leaflets
guest drinks drink glasses
crew repairs repair engines
nurse treats treat patients
doctor sees see patients
teacher grades grade exams
waiter serves serve meals
taxi makes make trips
boat catches catch fish
fisherman catches catch trout
net catches catch crabs
store sells sell phones
clerk sorts sort letters
mailman delivers deliver packages
camper brings bring blankets
friend gives give gifts
member pays pay dollars
visitor pays pay euros
fan buys buy scarves
town has have streets
street has have lamps
lamp uses use watts
phone stores store songs
disk stores store files
folder contains contain documents
server handles handle requests
screen shows show icons
level has have monsters
monster drops drop coins
chest hides hide jewels
pirate finds find coins
knight carries carry arrows
archer shoots shoot arrows
castle has have towers
tower has have steps
ladder has have rungs
staircase has have stairs
aquarium holds hold fish
cage holds hold parrots
stable houses house horses
barn stores store bales
field yields yield sacks
vine yields yield grapes
basket holds hold plums
jar holds hold beans
sack weighs weigh kilograms
brick weighs weigh grams
coin weighs weigh grams
cup holds hold milliliters
bucket holds hold liters
pump moves move gallons
can covers cover square_meters
roll covers cover feet
lap is are meters
stage lasts last minutes
song lasts last seconds
lesson lasts last minutes
shift lasts last hours
disc holds hold songs
envelope contains contain cards
deck has have cards
domino has have dots
die shows show points
puzzle has have pieces
kit contains contain parts
crate holds hold bottles
pallet carries carry boxes
container holds hold pallets
drawer holds hold spoons
rack holds hold bikes
hangar holds hold planes
cell has have atoms
ticket costs cost dollars
stamp costs cost cents
meal costs cost euros
""", """
a*b :: [Each|Every|One|A|A single] {X} {v} {a} {Y}. How many {Y} do {b} {Xs} {v0}[ in total| altogether| together|]? :: They {v0} {r} {Y}.
a*b :: {a} {Xs} {v0} {b} {Y} each. How many {Y} is that [in total|altogether|]? :: That is {r} {Y}.
a*b :: If [one|each|a|every] {X} {v} {a} {Y}, how many {Y} do {b} {Xs} {v0}? :: They {v0} {r} {Y}.
a*b :: If there are {a} {Xs} and [each|every one|each one] {v} {b} {Y}, how many {Y} [are there|is that] [in total|altogether|]? :: That is {r} {Y}.
a*b :: There are {a} {Xs}. [Each|Every] [of them|one|{X}] {v} {b} {Y}. How many {Y} [are there|is that|do they {v0}|is it] [in total|altogether|in all|]? :: That is {r} {Y}.
a*b :: There are {a} {Xs}, and [each|every] [of them|one|{X}] {v} {b} {Y}. What is the total number of {Y}? :: That is {r} {Y}.
a*b :: How many {Y} do {a} {Xs} {v0} if each [of them|one|] {v} {b} [{Y}|]? :: They {v0} {r} {Y}.
a*b :: [On average|Usually|Normally|In a game|In our town|In a story], [a|each|every] {X} {v} {a} {Y}. How many {Y} do {b} {Xs} {v0}? :: They {v0} {r} {Y}.
a*b :: {S} <have> {a} {Xs}. Each [{X}|of them|one] {v} {b} {Y}. How many {Y} [is that|do they {v0}|are there]? :: That is {r} {Y}.
a*b :: {S} <own> {a} {Xs} and each of them {v} {b} {Y}. How many {Y} do they {v0} together? :: They {v0} {r} {Y}.
a*b :: [Together|Altogether], how many {Y} do {a} {Xs} {v0} when [each|every one] {v} {b}? :: They {v0} {r} {Y}.
a*b :: {a} {Xs}, {b} {Y} [for each {X}|per {X}|each]. How many {Y}? :: That is {r} {Y}.
a*b :: Every {X} in the {L} {v} {a} {Y} and the {L} has {b} {Xs}. How many {Y} is that? :: That is {r} {Y}.
a*b :: The {L} has {a} {Xs} with {b} {Y} each. How many {Y} [are there|does the {L} have|is that]? :: There are {r} {Y}.
a*b :: [Count|Work out|Find|Calculate] the {Y} of {a} {Xs} if one {X} {v} {b} [{Y}|]. :: That is {r} {Y}.
a/b :: [Each|Every|One|A] {X} {v} {b} {Y}. How many {Xs} [are needed|do we need|does it take|<do> {S} need|are there] for {a} {Y}? :: That is {r} {Xs}.
a/b :: How many {Xs} {v0} {a} {Y} [together|in total|altogether] if each [one|of them|] {v} {b}? :: That is {r} {Xs}.
a/b :: [Together|Altogether|In total], {b} {Xs} {v0} {a} {Y}. How many {Y} is that [per {X}|for each {X}|for every {X}]? :: That is {r} {Y}.
a/b :: {b} {Xs} {v0} {a} {Y} [in total|altogether|together], each the same number. How many {Y} [is that per {X}|belong to one {X}|does one have]? :: That is {r} {Y}.
a/b :: There are {a} {Y} [in total|] and every {X} {v} {b} [of them|]. How many {Xs} are there? :: There are {r} {Xs}.
a%b :: [Each|Every|One|A] {X} {v} {b} {Y}. There are {a} {Y}. How many {Y} are left over when as many {Xs} as possible are [complete|full|done]? :: {r} {Y} are left over.
a%b :: {a} {Y} are available, and every {X} {v} {b}. How many {Y} [remain|are left over|are left|stay unused]? :: {r} {Y} remain.
a*b+c :: [Each|Every] {X} {v} {a} {Y}. How many {Y} are there with {b} {Xs} and {c} [extra|additional|more|other|single] {Y}? :: There are {r} {Y}.
a*b+c :: There are {a} {Xs}, and each {v} {b} {Y}. [Besides|In addition|On top of that|Also], there are {c} [other|more|loose|single] {Y}. How many {Y} is that [altogether|in total|]? :: That is {r} {Y}.
a*b+c :: {a} {Xs} {v0} {b} {Y} each, plus {c} [extra|bonus|additional|more] {Y}. [How many {Y} is that|What is the total number of {Y}]? :: That is {r} {Y}.
a*b+c :: {S} <get> {a} {Y} from each of {b} {Xs} and [finds|<find>|<receive>] {c} [extra|bonus|additional|more] {Y}. How many {Y} <do> {S} have? :: {S} <have> {r} {Y}.
a*b-c :: There are {a} {Xs}, and each {v} {b} {Y}. {c} {Y} are [missing|lost|removed|broken|taken away|wasted|bad]. How many {Y} [are left|remain|are there then]? :: There are {r} {Y} left.
a*b-c :: {a} {Xs} {v0} {b} {Y} each, but {c} of the {Y} [get lost|are thrown away|are not used|are destroyed|are spoiled]. How many {Y} are [left|used|still there]? :: {r} {Y} are left.
(a+b)*c :: [Each|Every] {X} {v} {c} {Y}. There are {a} {Xs} [in the {L}|on the left] and {b} [in the {M}|on the right]. How many {Y} is that? :: That is {r} {Y}.
(a+b)*c :: {Q} has {a} {Xs} and {R} has {b}. Every {X} {v} {c} {Y}. How many {Y} do they have [together|in total|altogether]? :: They have {r} {Y}.
(a+b)*c :: {a} old and {b} new {Xs} {v0} {c} {Y} each. How many {Y} is that? :: That is {r} {Y}.
(a-b)*c :: Of {a} {Xs}, {b} are [closed|broken|away|missing|empty|out of order|not there]. [Each of the others|Every other one|The rest] {v} {c} {Y} [each|]. How many {Y} is that? :: That is {r} {Y}.
(a-b)*c :: There were {a} {Xs} but {b} [have left|were removed|are gone|do not count]. Each remaining {X} {v} {c} {Y}. How many {Y} [is that|do they {v0}]? :: That is {r} {Y}.
a*b*c :: Each {X} {v} {a} {Y}. There are {b} {Xs} in each of {c} {k}. How many {Y} is that? :: That is {r} {Y}.
a*b*c :: {a} {g} have {b} {Xs} each, and every {X} {v} {c} {Y}. How many {Y} are there [in total|altogether|]? :: There are {r} {Y}.
a*b*c :: There are {a} {Xs} with {b} {Y} each. [One|Each|Every] of the {Y} [costs|is worth] {$c}. What is [the total value|everything worth|the total cost]? :: That is {$r}.
a*b/c :: {a} {Xs} {v0} {b} {Y} each. All {Y} are divided [equally|evenly] [among|between] {c} {g}. How many {Y} does each {g.1} get? :: Each {g.1} gets {r} {Y}.
a*b%c :: {a} {Xs} {v0} {b} {Y} each. The {Y} are put in {k} of {c}. How many {Y} are left over? :: {r} {Y} are left over.
""", invent=("X",))

# a steady rate: subject, verb (3rd person), verb (base), what, time unit
RATE = Frame("A v v0 Y T", """
a_machine makes make bolts hour
a_factory builds build cars month
the_bakery bakes bake loaves day
a_printer prints print pages minute
a_runner runs run miles week
a_cyclist rides ride kilometers day
a_snail crawls crawl centimeters hour
a_rocket flies fly kilometers second
a_heart beats beat times minute
a_clock ticks tick times hour
a_bell rings ring times day
a_pump pumps pump liters minute
a_tap leaks leak drops hour
a_river carries carry tons day
a_writer writes write words day
a_monk copies copy pages week
a_typist types type letters minute
a_reader reads read pages evening
a_spider catches catch flies night
a_bee visits visit flowers hour
a_cow gives give liters day
a_hen lays lay eggs month
the_farm sells sell pumpkins week
the_shop sells sell umbrellas month
a_cafe serves serve guests hour
a_barber serves serve customers day
a_bus makes make trips day
the_ferry makes make crossings week
a_miner digs dig tons shift
a_worker earns earn dollars hour
a_waiter earns earn euros evening
a_student saves save dollars month
the_club collects collect bottles weekend
the_museum welcomes welcome visitors day
the_website gets get clicks minute
a_server handles handle requests second
a_robot paints paint doors hour
a_gardener plants plant bushes day
a_baby sleeps sleep hours day
the_dog eats eat biscuits day
an_elephant drinks drink liters day
a_tree grows grow centimeters year
a_plant grows grow millimeters week
a_wind_turbine produces produce units hour
a_tailor sews sew shirts week
a_potter shapes shape bowls day
a_swimmer swims swim lengths morning
a_climber climbs climb meters hour
an_airline flies fly passengers year
a_mailman delivers deliver letters day
the_cook peels peel potatoes minute
a_lamp blinks blink times minute
the_choir sings sing songs evening
the_mill grinds grind sacks day
a_car_wash cleans clean cars hour
a_truck uses use liters day
the_office uses use sheets week
our_family drinks drink bottles week
the_hospital treats treat patients night
a_camera takes take pictures second
""", """
a*b :: {A} {v} {a} {Y} [a|per|each|every|in one] {T}. How many {Y} [does it {v0}|is that|are that] in {b} {Ts}? :: That is {r} {Y}.
a*b :: {A} {v} {a} {Y} [a|per|each|every] {T} for {b} {Ts}. How many {Y} is that [in total|altogether|]? :: That is {r} {Y}.
a*b :: How many {Y} is that in {b} {Ts} if {A} {v} {a} [{Y}|] [a|per|each|every] {T}? :: That is {r} {Y}.
a*b :: If {A} {v} {a} {Y} [a|per|each|every] {T}, how many {Y} [are there|is that|does it {v0}|will it be] after {b} {Ts}? :: That is {r} {Y}.
a*b :: [Each|Every] {T} {A} {v} {a} {Y}. [How many {Y} is that|What is the total|What is the number of {Y}] [after|in] {b} {Ts}? :: That is {r} {Y}.
a*b :: {S} <know> that {A} {v} {a} {Y} per {T}. How many {Y} is that in {b} {Ts}? :: That is {r} {Y}.
a*b :: In one {T} {A} {v} {a} {Y}. And in {b} {Ts}? :: That is {r} {Y}.
a*b :: At a rate of {a} {Y} per {T}, how many {Y} [are reached|come together|is that] in {b} {Ts}? :: That is {r} {Y}.
a/b :: In {b} {Ts} {A} {v} {a} {Y}. How many {Y} is that [per|a|each|in one] {T}? :: That is {r} {Y} per {T}.
a/b :: {A} {v} {a} {Y} in {b} {Ts}. How many [{Y}|] is that [per|a|each|in one] {T}? :: That is {r} {Y} per {T}.
a/b :: {A} {v} {a} {Y} in {b} {Ts}, the same number [each|every] {T}. How many {Y} [per|each|in one] {T}? :: That is {r} {Y} per {T}.
a/b :: {A} {v} {b} {Y} [a|per|each|every] {T}. How many {Ts} does it [take|need] [for|to {v0}] {a} {Y}? :: It takes {r} {Ts}.
a/b :: {A} {v} {b} {Y} [a|per|each|every] {T}. [After how many {Ts}|How many full {Ts} until it] has it reached {a} [{Y}|]? :: It takes {r} {Ts}.
a/b :: How [long|many {Ts}] does it take {A} to {v0} {a} {Y} at {b} [{Y}|] per {T}? :: It takes {r} {Ts}.
a/b :: How many {Ts} [are needed|are necessary|pass] if {A} {v} {b} {Y} [a|per|each|every] {T} and {a} are needed? :: It takes {r} {Ts}.
a*b+c :: {A} {v} {a} {Y} [a|per|each|every] {T} for {b} {Ts}, and then [another|a further|an extra] {c}. How many {Y} [is that|are there] [in total|altogether|]? :: That is {r} {Y}.
a*b+c :: {A} {v} {a} {Y} [a|per|each|every] {T}. After {b} {Ts}, {c} more {Y} are added. How many is that [in total|altogether|]? :: That is {r} {Y}.
a+b*c :: [At first|To begin with|At the start] there are {a} {Y}. Then {A} {v} {b} {Y} [a|per|each|every] {T}. How many {Y} is that after {c} {Ts}? :: That is {r} {Y}.
a*b-c :: {A} {v} {a} {Y} [a|per|each|every] {T} for {b} {Ts}. {c} of them [do not count|are lost|are taken away|are not needed|are spent]. How many {Y} [are left|remain]? :: {r} {Y} are left.
a*b-c :: After {b} {Ts} at {a} {Y} per {T}, {c} are [lost|removed|used|spent|given away]. What remains? :: {r} {Y} remain.
(a+b)*c :: {A} {v} {a} {Y} [a|per|each|every] {T}, and {Q} {v} {b}. How many {Y} is that together in {c} {Ts}? :: That is {r} {Y}.
(a-b)*c :: {A} {v} {a} {Y} [a|per|each|every] {T}, but {b} of them are [lost|bad|used up] every {T}. How many are left after {c} {Ts}? :: {r} {Y} are left.
a*b*c :: {a} [machines|people|of them|robots|teams] {v0} {b} {Y} per {T} each. How many {Y} is that in {c} {Ts}? :: That is {r} {Y}.
a*b/c :: {A} {v} {a} {Y} [a|per|each|every] {T} for {b} {Ts}. They are divided equally into {c} [parts|shares|lots]. How many {Y} are in each? :: There are {r} {Y} in each.
(a+b)/c :: {A} {v} {a} {Y} in the first {T} and {b} in the second. They are put in {k} of {c}. How many {k} are full? :: {r} {k} are full.
""", invent=("T",))

# comparable things: noun phrases, adjective, comparative, opposite comparative, unit
COMPARE = Frame("N adj2c more less U", """
tower tall taller shorter meters
tree tall taller shorter feet
building high higher lower meters
mountain high higher lower meters
bridge long longer shorter meters
river long longer shorter kilometers
road long longer shorter miles
rope long longer shorter centimeters
snake long longer shorter inches
train long longer shorter meters
film long longer shorter minutes
book thick thicker thinner pages
lake deep deeper shallower meters
well deep deeper shallower feet
field wide wider narrower meters
box heavy heavier lighter kilograms
elephant heavy heavier lighter pounds
stone heavy heavier lighter grams
sack heavy heavier lighter kilos
car expensive more_expensive cheaper dollars
house expensive more_expensive cheaper euros
phone expensive more_expensive cheaper dollars
coat expensive more_expensive cheaper euros
ticket expensive more_expensive cheaper cents
man old older younger years
castle old older newer years
city large larger smaller inhabitants
school large larger smaller pupils
army large larger smaller soldiers
stadium big bigger smaller seats
oven hot hotter colder degrees
city warm warmer colder degrees
car fast faster slower kilometers_per_hour
plane fast faster slower miles_per_hour
""", """
a-b :: [One|The first|The red|The old|A|My] {N} [is|measures|has] {a} {U} and [another|the second|the other|the new|the blue] [one|] [is|measures|has] {b} {U}. How much {more} is the first [one|]? :: It is {r} {U} {more}.
a-b :: [One|The first|The red|The old] {N} is {a} {U} {adj2c} and [another|the second|the other|the new|the blue] [one|] is {b} {U} {adj2c}. [What is the difference|How many {U} {more} is the first|How big is the difference]? :: The difference is {r} {U}.
a-b :: The {N} in {L} [has|measures|reaches] {a} {U}, the one in {M} [only|] {b} {U}. How many {U} {more} is the {N} in {L}? :: It is {r} {U} {more}.
a-b :: How much {more} is a {N} with {a} {U} than a {N} with {b} {U}? :: It is {r} {U} {more}.
a-b :: How many {U} {less} is a {N} of {b} {U} than one of {a} {U}? :: It is {r} {U} {less}.
a-b :: [A|The] {N} is {a} {U} {adj2c}. [Another one|Its neighbor|The next one] is {b} {U} {less}. How {adj2c} is [that one|it|the other one]? :: It has {r} {U}.
a+b :: [A|The|One] {N} is {a} {U} {adj2c}. [Another one|Its neighbor|The next one] is {b} {U} {more}. How {adj2c} is [that one|it|the other one]? :: It has {r} {U}.
a+b :: {Q}'s {N} has {a} {U}. {R}'s {N} is {b} {U} {more}. How many {U} does {R}'s {N} have? :: It has {r} {U}.
a-b :: {Q}'s {N} has {a} {U}. {R}'s {N} is {b} {U} {less}. How many {U} does {R}'s {N} have? :: It has {r} {U}.
a+b :: The second {N} is {b} {U} {more} than the first, which has {a} {U}. How many {U} does the second have? :: It has {r} {U}.
a*b :: [A|The|One] {N} is {a} {U} {adj2c}. [Another one|The next one|The biggest] is {b} times as {adj2c}. How {adj2c} is it? :: It has {r} {U}.
a+b :: Two {N}s [have|measure] {a} and {b} {U}. How many {U} is that together? :: That is {r} {U} together.
a+b+c :: Three {N}s [have|measure] {a}, {b} and {c} {U}. How many {U} is that together? :: That is {r} {U} together.
a-b :: What is the difference between a {N} of {a} {U} and a {N} of {b} {U}? :: The difference is {r} {U}.
""", invent=("N",))

# a level that goes up and down: quantity, unit after the number, rising verbs, falling verbs (past)
LEVEL = Frame("Z U up down", """
temperature degrees rose fell
temperature degrees climbed dropped
price dollars went_up went_down
price euros increased decreased
population people grew shrank
population inhabitants increased declined
water_level centimeters rose sank
score points improved dropped
balance dollars grew shrank
account_balance euros increased fell
altitude feet climbed fell
speed kilometers_per_hour increased decreased
number_of_members members rose fell
number_of_visitors visitors went_up went_down
number_of_workers workers grew was_cut
number_of_subscribers subscribers rose fell
weight kilograms increased decreased
weight pounds went_up went_down
height meters grew shrank
stock units increased was_reduced
budget dollars was_raised was_cut
salary dollars was_raised was_lowered
rent euros rose fell
counter steps went_up went_down
pressure units rose sank
number_of_trees trees grew shrank
number_of_pages pages grew shrank
""", """
a+b :: The {Z} [was|is|stood at|started at] {a} {U} [yesterday|in {month}|at first|last year|in the morning|]. [It|Then it|Since then it|By noon it|Later it] {up} by {b} [{U}|]. What is [it|the {Z}] now? :: It is {r} {U} now.
a-b :: The {Z} [was|is|stood at|started at] {a} {U} [yesterday|in {month}|at first|last year|in the morning|]. [It|Then it|Since then it|By night it|Later it] {down} by {b} [{U}|]. What is [it|the {Z}] now? :: It is {r} {U} now.
a+b :: The {Z} {up} by {b} from {a}. What is [it|the new {Z}|the {Z}] [now|today|]? :: It is {r} {U}.
a-b :: The {Z} {down} by {b} from {a}. What is [it|the new {Z}|the {Z}] [now|today|]? :: It is {r} {U}.
a+b-c :: The {Z} was {a} {U}. [It|First it] {up} by {b} and [then|later|afterwards] {down} by {c}. [What is it now|What is the {Z} now|How much is it at the end]? :: It is {r} {U} now.
a-b+c :: The {Z} was {a} {U}. [It|First it] {down} by {b} and [then|later|afterwards] {up} by {c}. [What is it now|What is the {Z} now|How much is it at the end]? :: It is {r} {U} now.
a+b+c :: The {Z} was {a} {U}, {up} by {b} and [then|later|again|afterwards] by {c}. [What is it now|What is the {Z} now]? :: It is {r} {U} now.
a-b-c :: The {Z} was {a} {U}, {down} by {b} and [then|later|again|afterwards] by {c}. [What is it now|What is the {Z} now]? :: It is {r} {U} now.
a-b :: The {Z} {up} from {b} to {a} {U}. By how [much|many {U}] did it change? :: It changed by {r} {U}.
a-b :: The {Z} {down} from {a} to {b} {U}. By how [much|many {U}] did it change? :: It changed by {r} {U}.
a-b :: The {Z} was {b} {U} [last year|yesterday|before] and is {a} [{U}|] [now|today]. [What is the increase|How much did it go up|What is the change]? :: The increase is {r} {U}.
a-b :: The {Z} was {a} {U} [last year|yesterday|before] and is {b} [{U}|] [now|today]. [What is the decrease|How much did it go down|What is the drop]? :: The decrease is {r} {U}.
a+b*c :: The {Z} is {a} {U} and {up} by {b} [every|each|a] [day|year|week|month]. What is it after {c} [days|years|weeks|months]? :: It is {r} {U}.
a-b*c :: The {Z} is {a} {U} and {down} by {b} [every|each|a] [day|year|week|month]. What is it after {c} [days|years|weeks|months]? :: It is {r} {U}.
a+b :: After it {down} by {b}, the {Z} is {a} {U}. What was it before? :: It was {r} {U}.
a-b :: After it {up} by {b}, the {Z} is {a} {U}. What was it before? :: It was {r} {U}.
""")

# a whole in two kinds: whole (plural), one kind, the other kind
PARTS = Frame("W K1 K2", """
children girls boys
students girls boys
people adults children
people women men
guests adults kids
pupils present absent
employees women men
passengers tourists locals
animals cats dogs
animals cows sheep
birds ducks geese
flowers roses tulips
flowers red white
marbles red blue
beads green yellow
balls black white
cards red black
cars red gray
cars sold unsold
houses old new
trees oaks pines
trees healthy sick
fruits apples pears
apples ripe green
eggs brown white
eggs fresh broken
books novels comics
books lent available
pages read unread
questions right wrong
answers correct incorrect
exercises easy hard
seats taken free
seats occupied empty
rooms booked vacant
bottles full empty
boxes open closed
lamps on off
tickets sold left
letters opened sealed
coins gold silver
coins old new
players winners losers
members active inactive
runners finished unfinished
robots working broken
computers new used
shirts long-sleeved short-sleeved
shoes brown black
chairs wooden plastic
pens blue black
tiles gray white
files saved deleted
votes yes no
workers skilled unskilled
soldiers wounded healthy
days sunny rainy
nights cold warm
matches won lost
games won lost
fish big small
puppies spotted plain
""", """
a-b :: There are {a} {W} in the {L}. {b} [of them|] are {K1}. How many are {K2}? :: {r} are {K2}.
a-b :: [Out of|Of] {a} {W}, {b} are {K1} [and the rest are {K2}|]. How many are {K2}? :: {r} are {K2}.
a-b :: [Among|Of the] {a} {W} {b} are {K1}; [the others|all others|the rest] are {K2}. How many [are {K2}|{K2} ones are there]? :: {r} are {K2}.
a-b :: {a} {W} are [either|] {K1} or {K2}. {b} are {K1}. How many are {K2}? :: {r} are {K2}.
a-b :: How many of the {a} {W} are {K2} if {b} [of them|] are {K1}? :: {r} are {K2}.
a-b :: {S} <have> {a} {W}, {b} of which are {K1}. How many [of them|] are {K2}? :: {r} are {K2}.
a-b :: {S} <count> {a} {W}. {b} of them are {K1}. How many are not {K1}? :: {r} are not {K1}.
a-b :: All but {b} of the {a} {W} are {K1}. How many are {K1}? :: {r} are {K1}.
a+b :: [There are|{S} <see>|{S} <count>|The {L} has] {a} {K1} and {b} {K2} [{W}|]. How many {W} [is that|are there] [in total|altogether|together|in all|]? :: There are {r} {W}.
a+b :: {a} [{W}|of the {W}] are {K1} and {b} are {K2}. How many {W} [are there|is that] [in total|altogether|together|in all|]? :: There are {r} {W}.
a+b :: {a} {K1} plus {b} {K2}: how many {W} is that? :: There are {r} {W}.
a+b :: Only {a} {W} are {K1}, {b} are {K2}. How many {W} are there [in total|altogether|]? :: There are {r} {W}.
a-b :: There are {a} {K1} and {b} {K2} [{W}|]. How many more {K1} [ones|] than {K2} [ones|] are there? :: There are {r} more.
a-b :: There are {b} {K1} and {a} {K2} [{W}|]. How many fewer {K1} [ones|] than {K2} [ones|] are there? :: There are {r} fewer.
a*2 :: There are {a} {K1} {W} and just as many {K2} ones. How many {W} are there? :: There are {r} {W}.
a*b :: There are {a} {K1} {W} and {b} times as many {K2} ones. How many are {K2}? :: {r} are {K2}.
(a+b)*c :: There are {a} {K1} and {b} {K2} {W}. Each [one|of them] [gets|costs|needs|has] {c} [points|coins|labels|stickers|minutes]. How many is that? :: That is {r}.
(a+b)/c :: {a} {K1} and {b} {K2} {W} are [sorted|divided|put] into groups of {c}. How many full groups are there? :: There are {r} full groups.
(a+b)%c :: {a} {K1} and {b} {K2} {W} are [sorted|divided|put] into groups of {c}. How many {W} are left over? :: {r} {W} are left over.
(a-b)/c :: Of {a} {W} {b} are {K1}. The [others|rest] [are|is] divided equally into {c} groups. How many are in each group? :: There are {r} in each group.
(a-b)*c :: Of {a} {W} {b} are {K1}. Each of the {K2} ones is worth {c} [points|coins|dollars]. How much are those worth [together|in total|]? :: They are worth {r}.
a-b-c :: Of {a} {W}, {b} are {K1} and {c} are {K2}. How many are neither? :: {r} are neither.
a+b+c :: {a} {W} are {K1}, {b} are {K2} and {c} are [neither|something else|in between]. How many {W} is that [in total|altogether|]? :: That is {r} {W}.
a+b-c :: There are {a} {K1} and {b} {K2} {W}. {c} [of the {W}|of them|] [leave|are removed|disappear|are taken away]. How many {W} [are left|remain]? :: There are {r} left.
""")

# room for so many, so many are there already: thing, its content (plural), a word for "filled with"
CAPACITY = Frame("X Y", """
stadium people
hall guests
bus passengers
theater spectators
plane travelers
parking_lot cars
elevator kilograms
tank liters
pool liters
barrel gallons
bottle milliliters
album photos
disk files
memory_card pictures
shelf books
fridge bottles
basket apples
garage cars
harbor boats
hotel guests
camp children
barn cows
stable horses
aquarium fish
notebook pages
truck boxes
ship containers
warehouse pallets
class students
course participants
tour tourists
boat persons
""", """
a-b :: The {X} [has room for|can hold|holds|has space for|takes|fits] {a} {Y}. [There are|It already has|It contains|It holds] {b} [{Y}|] [in it|inside|] [now|at the moment|so far|already]. How many [more|more {Y}|further {Y}|additional {Y}] [fit in|fit|can be added|can it take|can come in]? :: {r} more fit in.
a-b :: A {X} for {a} {Y} [contains|has|holds] {b}. How many [places|spaces|more {Y}] are [free|possible|left]? :: {r} are free.
a-b :: {b} {Y} are in the {X}, which is made for {a}. [How many more can it take|How many are missing until it is full|How many must be added to fill it]? :: {r} more.
a-b :: How many {Y} are missing [until the {X} is full|from a full {X}] if it holds {a} and has {b}? :: {r} {Y} are missing.
a%b :: {b} {Y} fit in one {X}. As many {Xs} as possible are filled with {a} {Y}. How many {Y} stay outside? :: {r} {Y} stay outside.
a%b :: [When|If] {a} {Y} are put in {Xs} for {b}, how many {Y} are left over? :: {r} {Y} are left over.
a/b :: {b} {Y} fit in one {X}. How many {Xs} do {a} {Y} fill? :: They fill {r} {Xs}.
a-b-c :: The {X} has room for {a} {Y}. {b} are there already and {c} more arrive. How many places are still free? :: {r} places are free.
a-b+c :: In the {X} there are {a} {Y}. {b} leave and {c} come in. How many are in it [now|then]? :: There are {r} {Y} now.
a+b-c :: In the {X} there are {a} {Y}. {b} come in and {c} leave. How many are in it [now|then]? :: There are {r} {Y} now.
a*b-c :: There is room for {a} {Y} in each of {b} {Xs}. {c} places are taken. How many are free? :: {r} places are free.
a*b :: A {X} can take {a} {Y}. How many {Y} can {b} {Xs} take? :: They can take {r} {Y}.
a/b :: A {X} can take {b} {Y}. How many {Xs} can be filled with {a} {Y}? :: {r} can be filled.
a%b :: A {X} can take {b} {Y}. {a} {Y} fill as many {Xs} as possible. How many {Y} are left over? :: {r} {Y} are left over.
(a-b)*c :: Each {X} has room for {a} {Y}, but {b} places are kept free. How many {Y} go into {c} {Xs}? :: {r} {Y} go in.
""", invent=("X",))

# prices of three things
BILL = Frame("I1 I2 I3", """
bread butter cheese
tea cake jam
soup salad dessert
a_coffee a_muffin a_juice
a_book a_pen a_ruler
a_shirt a_tie a_belt
a_ball a_bat a_glove
the_flight the_hotel the_taxi
the_bike the_helmet the_lock
rent food gas
a_lamp a_table a_chair
paint brushes tape
a_ticket popcorn a_drink
the_phone the_case the_charger
a_doll a_puzzle a_kite
seeds soil pots
the_main_dish the_starter the_wine
lunch dinner breakfast
the_engine the_tires the_paint_job
flour sugar milk
a_guitar strings a_stand
repairs parts labor
a_hat a_scarf gloves
""", """
a+b :: {I1} costs {$a} and {I2} costs {$b}. [How much is that|What do they cost|What is the total|How much do you pay] [together|in total|altogether|]? :: That is {$r}.
a+b :: {S} <pay> {$a} for {I1} and {$b} for {I2}. [How much is that|How much <do> {S} pay|What is the total] [together|in total|altogether|]? :: That is {$r}.
a+b+c :: {I1} for {$a}, {I2} for {$b}, {I3} for {$c}. [How much is that|How much is it|What is the sum|What do I pay] [in total|altogether|]? :: That is {$r}.
a+b+c :: {S} <spend> {$a} on {I1}, {$b} on {I2} and {$c} on {I3}. [How much is that|How much <do> {S} spend|What is the total] [in total|altogether|]? :: That is {$r}.
a+b+c :: The bill lists {I1} at {$a}, {I2} at {$b} and {I3} at {$c}. What is the total? :: The total is {$r}.
a-b :: {S} <have> {$a} and <pay> {$b} for {I1}. How much [is left|<do> {S} have left|remains|money is left]? :: {$r} is left.
a-b :: {I1} costs {$b}. {S} <pay> with {$a}. [How much change is that|How much change <do> {S} get|How much <do> {S} get back]? :: {S} <get> {$r} back.
a-b :: After paying {$b} for {I1}, how much is left of {$a}? :: {$r} is left.
a-b :: {I1} [costs|is] {$a} here and [only|] {$b} in [another|the other] [shop|town|store]. How much [cheaper is it there|can be saved|do you save|is the difference]? :: The difference is {$r}.
a-b :: {I1} was {$a}. Now it [is|costs] {$b}. [How much cheaper is it|How much did the price drop|How big is the discount]? :: It is {$r} cheaper.
a-b :: {I1} costs {$a} and {I2} costs {$b}. How much more [expensive is {I1}|does {I1} cost]? :: It costs {$r} more.
a-b-c :: {S} <have> {$a}. {I1} costs {$b} and {I2} {$c}. How much [is left|<do> {S} have left|remains] after buying both? :: {$r} is left.
a-b-c :: {S} <get> {$a} a month and <pay> {$b} for {I1} and {$c} for {I2}. How much [is left|remains]? :: {$r} is left.
a+b-c :: {S} <have> {$a} and <earn> {$b}. Then {s} <pay> {$c} for {I1}. How much money <do> {S} have now? :: {S} <have> {$r}.
a+b-c :: {I1} is {$a} and {I2} is {$b}, but there is a discount of {$c}. What is the final price? :: The price is {$r}.
(a+b)*c :: {I1} costs {$a} and {I2} {$b}. How much do {c} [people|guests|friends|families] pay [if|when] [each|everyone] takes both? :: They pay {$r}.
(a+b)/c :: {I1} costs {$a} and {I2} {$b}. {c} friends share the cost equally. How much does each pay? :: Each pays {$r}.
(a-b)/c :: {I1} costs {$a}. {S} <pay> {$b} at once and the rest in {c} equal parts. How much is each part? :: Each part is {$r}.
a-b*c :: {S} <have> {$a} and <pay> {$b} for {I1} [every|each] [day|week|month]. How much is left after {c} [days|weeks|months]? :: {$r} is left.
a*b :: {I1} costs {$a} [a|per|each] [day|week|month|person]. How much is that for {b} [days|weeks|months|persons]? :: That is {$r}.
a*b+c :: {I1} costs {$a} [a|per] [day|week|month]. What do {b} [days|weeks|months] cost with an extra fee of {$c}? :: They cost {$r}.
a+b*c :: {I1} costs {$a} plus {$b} for [each|every] [day|hour|guest|mile]. What does it cost for {c} [days|hours|guests|miles]? :: It costs {$r}.
""")

FRAMES = [PER_THING] * 6 + [RATE] * 4 + [COMPARE] * 2 + [LEVEL] * 3 + [PARTS] * 3 + [CAPACITY] * 2 + [BILL] * 3


def build(env):
    """-> (expression over letters, text, answers), or None where no fitting numbers were found"""
    frame = env.pick(FRAMES)
    frame.fill(env)
    if "T" in env.values:
        env.values["Ts"] = words.plural(env.values["T"])
    expr, question, answer = env.choose(frame.bank).split(" :: ")
    if env.numbers_for(expr) is None:
        return None
    return expr, env.say(question), [answer]
