"""Hand-written situations: `expression :: question :: answer`, one per line; some lines are held out of training.

Each line is a small grammar of its own (see grammar.py). Operand letters are the slots {a} {b} {c}.
"""
from training.environment import held_out

SITUATIONS = """
# travel, speed, distance
a*b :: [A|The|One] [train|car|bus|plane|ship|truck|cyclist|snail|rocket|drone] [travels|goes|moves|drives|covers] [at|] {a} {dist} [per|an|each|every] hour for {b} hours. How far does it [go|travel|get]? :: It travels {r} {dist}.
a*b :: {S} <drive> {a} {dist} [a|per|every|each] day for {b} days. How [far|many {dist}] [<do> {S} drive|is that] [in total|altogether|]? :: {S} <drive> {r} {dist}.
a*b :: {S} <run> {a} {dist} [every|each] {time.1}. How many {dist} <do> {S} run in {b} {time}? :: {S} <run> {r} {dist}.
a*b :: [If|When] {S} <walk> {a} {dist} per {time.1}, how [far|many {dist}] <do> {S} walk in {b} {time}? :: {S} <walk> {r} {dist}.
a/b :: {S} <drive> {a} {dist} in {b} hours [at a constant speed|]. How many {dist} is that per hour? :: That is {r} {dist} per hour.
a/b :: A [train|car|bus|plane|ship] [travels|covers|goes] {a} {dist} in {b} hours. What is its [average|] speed [in {dist} per hour|]? :: Its speed is {r} {dist} per hour.
a/b :: How [long|many hours] does [it|a train|a car] take to [travel|go|cover] {a} {dist} at {b} {dist} per hour? :: It takes {r} hours.
a+b :: {S} <drive> {a} {dist} to {L} and [then|] {b} {dist} [more|further|to the {M}]. How [far|many {dist}] is that [in total|altogether|]? :: That is {r} {dist} in total.
a+b+c :: {S} <walk> {a} {dist} on {day}, {b} {dist} on {day2} and {c} {dist} on {day3}. How many {dist} <do> {S} walk [in total|altogether|in all]? :: {S} <walk> {r} {dist} in total.
a-b :: [The|A] [trip|journey|route|road|race|trail] is {a} {dist} long. {S} <have> [already|] [driven|covered|walked|travelled|done] {b} {dist}. How [far|many {dist}] [is left|are left|remain|is it still|<do> {S} have to go]? :: There are {r} {dist} left.
a-b-c :: The trail is {a} {dist} long. {S} <walk> {b} {dist} on {day} and {c} {dist} on {day2}. How many {dist} [are left|remain|are still to go]? :: {r} {dist} are left.
a*b+c :: {S} <run> {a} {dist} [a|each|every] day for {b} days and then {c} {dist} [more|] on the last day. How far <do> {S} run in total? :: {S} <run> {r} {dist}.
a*b-c :: A [train|bus|truck] goes {a} {dist} an hour for {b} hours, and then [goes back|returns|reverses] {c} {dist}. How far is it from the start? :: It is {r} {dist} from the start.
(a+b)*c :: {S} <swim> {a} laps in the morning and {b} laps in the evening every day. How many laps <do> {S} swim in {c} days? :: {S} <swim> {r} laps.
(a+b)/c :: {S} <drive> {a} {dist} on {day} and {b} {dist} on {day2}. The car uses one [liter|gallon] for every {c} {dist}. How many whole [liters|gallons] is that? :: That is {r}.
a-b :: One road is {a} {dist} long and the other is {b} {dist}. How much longer is the first [road|one|]? :: It is {r} {dist} longer.
a*b :: [An elevator|A lift] climbs {a} [meters|feet] per minute. How high does it get in {b} minutes? :: It gets {r} high.
a/b :: A satellite needs {b} minutes per orbit. How many full orbits does it complete in {a} minutes? :: It completes {r} orbits.
a+b-c :: The plane climbs from {a} feet by {b} feet and then descends {c} feet. At what altitude is it now? :: It is at {r} feet.

# shopping and money
a*b :: {S} <buy> {a} {o} [at|for] {$b} each. How much <do> {S} [pay|spend] [in total|altogether|]? :: {S} <pay> {$r}.
a*b :: What [is the cost of|is the price of|do] {a} {o} [at|for] {$b} each[ cost|]? :: They cost {$r}.
a*b :: How much do {a} {o} cost [at {$b} each|if one {o.1} costs {$b}|if each costs {$b}|at {$b} apiece]? :: They cost {$r}.
a*b :: One {o.1} costs {$a}. [How much do|What do|What is the price of] {b} {o}[ cost|]? :: They cost {$r}.
a*b :: A ticket [costs|is] {$a}. {b} {g} [buy|want|need] [one|a ticket each|one each]. How much do they pay [in total|together|altogether]? :: They pay {$r}.
a*b :: A [shop|store|stall|{org}] sells {a} {o} [for|at] {$b} each. How much [money|] does it [earn|make|get|take in|collect]? :: It earns {$r}.
a*b :: {S} <earn> {$a} [an hour|per hour|a day|per day|each week|a month]. How much <do> {S} [earn|make|get] in {b} [hours|days|weeks|months]? :: {S} <earn> {$r}.
a*b :: {S} <save> {$a} [every|each|a|per] {time.1}. How much [money|] [will {S} have saved|<have> {S} saved|is that] after {b} {time}? :: That makes {$r}.
a*b :: A subscription costs {$a} a month. What is the cost for {b} months? :: It costs {$r}.
a*b :: Rent is {$a} per month. How much rent [is paid|does {Q} pay] in {b} months? :: The rent is {$r}.
a*b*c :: {a} {g} each buy {b} {o} at {$c} [each|apiece]. How much do they [spend|pay] [in total|altogether|]? :: They spend {$r}.
a*b*c :: {S} <work> {a} hours a day for {b} days and <get> {$c} per hour. How much <do> {S} earn? :: {S} <earn> {$r}.
a*b*c :: A hotel has {a} floors with {b} rooms each. Every room costs {$c} [a night|]. How much does the hotel earn [in a night|per night|] when it is full? :: It earns {$r}.
a-b :: {S} <have> {$a} and <spend> {$b} [on {o}|]. How much [money|] [is left|<do> {S} have left|<do> {S} still have|remains]? :: {S} <have> {$r} left.
a-b :: {S} <pay> with {$a} for [something that costs|a {o.1} that costs|a bill of] {$b}. How much change <do> {S} get [back|]? :: {S} <get> {$r} back.
a-b :: A {o.1} costs {$a}. {S} only <have> {$b}. How much [more|] [<do> {S} need|is missing|more money <do> {S} need]? :: {S} <need> {$r} more.
a-b :: A {o.1} costs {$a}, but there is a discount of {$b}. What is the [final|new|] price? :: The price is {$r}.
a-b :: The price of a {o.1} [drops|falls|is cut|is reduced|goes down] by {$b} from {$a}. What does it cost now? :: It costs {$r} now.
a+b :: The price of a {o.1} was {$a}. It [rises|goes up|is raised|increases] by {$b}. What is the new price? :: The new price is {$r}.
a-b-c :: {S} <have> {$a}. {S} <spend> {$b} on {o} and {$c} on {p}. How much [is left|<do> {S} have left|money remains]? :: {S} <have> {$r} left.
a-b-c :: From {$a}, {$b} is paid for rent and {$c} for food. What is left? :: {$r} is left.
a+b :: A {o.1} costs {$a} and a {p.1} costs {$b}. How much do [they|both] cost [together|in total|altogether]? :: Together they cost {$r}.
a+b+c :: {S} <buy> a {o.1} for {$a}, a {p.1} for {$b} and a {p2.1} for {$c}. How much <do> {S} [spend|pay] [in total|altogether|]? :: {S} <spend> {$r}.
a*b+c :: {S} <buy> {a} {o} at {$b} each and [also|] a {p.1} for {$c}. How much [is the total|<do> {S} pay|is it altogether]? :: The total is {$r}.
a*b+c :: {a} {o} cost {$b} each, plus {$c} for [shipping|delivery|postage|wrapping|tax]. What is the total [cost|price|]? :: The total is {$r}.
a+b*c :: A {veh.1} costs {$a} [plus|and then] {$b} per [{dist.1}|day|hour]. How much does it cost for {c} [{dist}|days|hours]? :: It costs {$r}.
a+b*c :: {S} already <have> {$a} and <save> {$b} [each|every|a] {time.1}. How much [money|] <do> {S} have after {c} {time}? :: {S} <have> {$r}.
a-b*c :: {S} <have> {$a}. {S} <buy> {b} {o} [for|at] {$c} each. How much [money|] [is left|<do> {S} have left|remains|change <do> {S} get]? :: {S} <have> {$r} left.
a-b*c :: {S} <pay> for {b} {o} at {$c} each with {$a}. How much change <do> {S} get? :: {S} <get> {$r} back.
(a+b)*c :: A meal costs {$a} and a drink costs {$b}. {c} {g} each have a meal and a drink. How much do they pay [in total|altogether|]? :: They pay {$r}.
(a-b)*c :: A {o.1} normally costs {$a}, but today it is {$b} cheaper. How much do {c} [of them|{o}] cost? :: They cost {$r}.
(a-b)*c :: {S} <buy> {o} for {$b} and <sell> them for {$a} each. How much profit <do> {S} make with {c} {o}? :: The profit is {$r}.
(a-b)/c :: {S} <have> {$a} and <spend> {$b}. The rest is shared equally by {c} {g}. How much does each get? :: Each gets {$r}.
(a-b)/c :: {S} <need> {$a} and already <have> {$b}. {S} <save> {$c} [a|per|each|every] {time.1}. How many full {time} is that? :: That is {r} {time}.
a/b :: {S} <have> {$a}. [A|One|Each] {o.1} costs {$b}. How many [{o}|] can {S} [buy|afford|get]? :: {S} can buy {r} {o}.
a/b :: How many {o} can [{Q} buy|you get|be bought] [for|with] {$a} if [one|each] costs {$b}? :: It is enough for {r} {o}.
a/b :: {b} {o} cost {$a} [in total|altogether|together|]. How much does one [{o.1}|] cost? :: One costs {$r}.
a/b :: A bill of {$a} is [split|shared|divided] [equally|evenly] [by|among|between] {b} {g}. How much does each [pay|{g.1} pay|one pay]? :: Each pays {$r}.
a/b :: {a} [dollars|euros|coins] are [shared|divided|split] [equally|evenly] [among|between] {b} {g}. How much does each get? :: Each gets {r}.
a%b :: {S} <have> {$a} and <buy> as many {o} as possible at {$b} each. How much [money|] is left [over|]? :: {$r} is left.
a%b :: {o} cost {$b} each. {S} <spend> as much of {h} {$a} as possible on them. How much money is left? :: {S} <have> {$r} left.
a/b :: {S} <earn> {$a} in {b} {time}. How much is that [per|each|a] {time.1}? :: That is {$r} per {time.1}.
(a+b)/c :: {S} <have> {$a} and {Q} <have:3> {$b}. Together they buy {o} at {$c} each. How many can they [buy|afford]? :: They can buy {r}.
a+b :: {S} <spend> {$b} and <have> {$a} left. How much [money|] did {S} have [at first|before|in the beginning|to start with]? :: {S} had {$r}.
a-b :: {S} had {$a}. After buying a {o.1}, {S} <have> {$b} left. How much did the {o.1} cost? :: It cost {$r}.
a*b/c :: {S} <sell> {a} {o} at {$b} each and [shares|splits] the money equally with {c} {g}. How much does each {g.1} get? :: Each gets {$r}.
a*b :: The entrance fee is {$a}. [Today|On {day}] {b} visitors came. What were the takings? :: The takings were {$r}.
a-b :: {S} <owe> {$a} and <pay> back {$b}. How much debt remains? :: {$r} remains.
a+b :: A phone costs {$a} without tax. The tax is {$b}. What do you have to pay? :: You pay {$r}.
a*b+c :: A plumber charges {$b} an hour and {$c} for the trip. What is the bill for {a} hours? :: The bill is {$r}.
a/b :: With {$a} in the budget, how many {o} at {$b} can the {org} order? :: It can order {r} {o}.
(a+b)*c :: A sandwich is {$a} and a soup is {$b}. What do {c} of each cost? :: They cost {$r}.
a-b*c :: A gift card holds {$a}. {S} <use> it for {b} downloads at {$c}. What is the balance? :: The balance is {$r}.

# boxes, rows, grids
a*b :: How many {o} are [there|] in {a} {k} [of {b}|with {b} each|if each {k.1} holds {b}|if there are {b} in each]? :: There are {r} {o}.
a*b :: [A|The|Each] {k.1} [holds|contains|has] {a} {o}. How many {o} are [there|] in {b} {k}? :: There are {r} {o}.
a*b :: {a} {o} fit in one {k.1}. How many [{o}|] fit in {b} {k}? :: {r} {o} fit.
a*b :: [A|The] [theater|cinema|hall|stadium|auditorium|arena] has {a} rows [of|with] {b} seats [each|in each row|]. How many seats [are there|does it have|is that] [in total|altogether|]? :: There are {r} seats.
a*b :: A [rectangle|field|garden|room|wall|sheet|floor|court] is {a} [meters|feet|cm|units] long and {b} [meters|feet|cm|units] wide. What is its area? :: The area is {r}.
a*b :: What is the area of a [rectangle|room|field|plot] [that is|of|with sides] {a} [by|times|and] {b}? :: The area is {r}.
a*b :: A [screen|picture|image|display] is {a} pixels wide and {b} pixels high. How many pixels does it have? :: It has {r} pixels.
a*b :: A book has {a} pages with {b} [words|lines|letters] [on each page|per page|each]. How many [words|lines|letters] is that? :: That is {r}.
a*b*c :: A box is {a} cm long, {b} cm wide and {c} cm high. What is its volume? :: The volume is {r}.
a*b*c :: There are {a} {k} with {b} {k2} in each, and each {k2.1} [holds|contains|has] {c} {o}. How many {o} [are there|] [in total|altogether|in all]? :: There are {r} {o}.
a*b*c :: A {org} has {a} [rooms|floors|halls], each with {b} {k} of {c} {o}. How many {o} are there? :: There are {r} {o}.
(a+b)*2 :: A [rectangle|field|garden|room] is {a} [meters|feet] long and {b} [meters|feet] wide. What is its perimeter? :: The perimeter is {r}.
a*b-c :: A [theater|cinema|hall|stadium|bus] has {a} rows of {b} seats. {c} seats are [taken|occupied|broken|reserved]. How many seats are [free|left|empty|available]? :: {r} seats are free.
a*b+c :: There are {a} rows with {b} chairs each, and {c} [more|extra|additional] chairs [at the back|by the wall|]. How many chairs are there [in total|altogether|]? :: There are {r} chairs.
a*b-c :: {a} {k} [of|with] {b} {o} each [arrive|were delivered|are opened], but {c} [{o}|] [are broken|were missing|are rotten|are bad]. How many [good|] {o} are [good|left|usable|there]? :: There are {r} {o}.
a*b+c :: {S} <have> {a} full {k} of {b} {o} and {c} loose [ones|{o}]. How many {o} [is that|<do> {S} have|are there] [in all|altogether|in total|]? :: {S} <have> {r} {o}.
a*b/c :: {a} {k} with {b} {o} each are [repacked|put|sorted] into {k2} of {c}. How many [full|] {k2} [does that give|are there|is that]? :: There are {r} full {k2}.
a*b%c :: {a} {k} with {b} {o} each are [repacked|put|sorted] into {k2} of {c}. How many {o} are left [over|]? :: {r} {o} are left over.
a*b/c :: {a} {k} of {b} {o} are shared [equally|evenly] among {c} {g}. How many [{o}|] does each {g.1} get? :: Each {g.1} gets {r} {o}.
a*b%c :: {a} {k} of {b} {o} are shared [equally|evenly] among {c} {g}. How many [{o}|] are left over? :: {r} {o} are left over.
a*b+c*d :: There are {a} {k} with {b} {o} each and {c} {k2} with {d} {o} each. How many {o} are there in total? :: There are {r} {o} in total.
a*b :: A parking garage has {a} levels with room for {b} cars on every level. How many cars fit? :: {r} cars fit.
a*b :: A quilt is made of {a} rows of {b} patches. Count the patches. :: There are {r} patches.
a*b*c :: Each of {a} trucks carries {b} pallets, and each pallet carries {c} {o}. How many {o} are on the trucks? :: There are {r} {o}.
a*b-c :: An orchard has {a} rows of {b} trees, of which {c} died. How many living trees are there? :: {r} trees are alive.

# dividing and packing
a/b :: {a} {o} are [packed|put|placed] [in|into] {k} of {b}. How many [full|complete|whole|] {k} [are there|is that|does that make|can be filled]? :: There are {r} full {k}.
a/b :: How many [full|complete|whole] {k} of {b} can [be made|be filled|you fill|{Q} make] [from|with|out of] {a} {o}? :: {r} {k} can be filled.
a/b :: How many {k} of {b} {o} [each|] can {S} fill with {a} {o}? :: {S} can fill {r} {k}.
a/b :: [A|Each|One] {k.1} holds {b} {o}. How many [full|] {k} [do {a} {o} fill|can be filled with {a} {o}|are needed for {a} {o}]? :: {r} {k} are full.
a/b :: {a} {g} [are put|get|split|form|are divided] into [teams|groups|pairs of groups|crews] of {b}. How many [full|complete|] [teams|groups|crews] are there? :: There are {r}.
a/b :: {b} {g} share {a} {o} [equally|evenly]. How many [{o}|] does each [get|receive|one get|{g.1} get]? :: Each gets {r} {o}.
a/b :: {a} {o} are [shared|divided|split|distributed] [equally|evenly|fairly|] [among|between|by] {b} {g}. How many [{o}|] [does each {g.1} get|does each get|are there for each]? :: Each {g.1} gets {r} {o}.
a/b :: If {a} {o} are [shared|divided|split] [equally|evenly] [among|between] {b} {g}, how many [{o}|] [does each {g.1} get|does each one receive|will each get]? :: Each gets {r} {o}.
a/b :: How many {o} does each {g.1} get if {b} {g} share {a} [{o}|] [equally|evenly]? :: Each gets {r} {o}.
a/b :: {S} <cut> a [rope|ribbon|pipe|board|wire] of {a} [cm|meters|inches|feet] into pieces of {b} [cm|meters|inches|feet]. How many [full|whole|] pieces [are there|<do> {S} get|is that]? :: There are {r} pieces.
a/b :: A book has {a} pages. {S} <read> {b} pages [a|per|each|every] day. [How many full days is that|How many days does it take|How long does it take {m}]? :: It takes {r} days.
a/b :: A machine makes {b} {o} [a|per|each|every] {time.1}. How many {time} does it need for {a} {o}? :: It needs {r} {time}.
a/b :: {a} {g} travel in {veh} that hold {b} [people|passengers|] each. How many {veh} are [completely|] full? :: {r} {veh} are full.
a/b :: {a} {o} are planted in {b} equal rows. How many [{o}|] are in each row? :: There are {r} in each row.
a/b :: {a} {o} are [planted|laid|set|lined up] in rows of {b}. How many full rows are there? :: There are {r} full rows.
a/b :: {b} {g} [picked|collected|made|sold|found] {a} {o} in total, [all the same number|each the same number|each equally many]. How many did each [pick|collect|make|sell|find|have]? :: Each had {r} {o}.
a/b :: A recipe needs {b} {f}. How many times can it be made with {a} {f}? :: It can be made {r} times.
a/b :: There are {a} {o} in {b} {k}, the same number in each. How many {o} are in one {k.1}? :: There are {r} {o} in each {k.1}.
a/b :: {b} {k} [hold|contain] {a} {o} [altogether|in total]. How many {o} are in each {k.1}? :: Each {k.1} holds {r} {o}.
a/b :: How many times does {b} [go|fit] into {a}? :: It goes {r} times.
a/b :: How many {b}s are there in {a}? :: There are {r}.
(a+b)/c :: {a} {o} and {b} {p} are [put|packed|sorted] into {k} of {c}. How many [full|] {k} [are there|can be filled]? :: There are {r} full {k}.
(a+b)/c :: {a} girls and {b} boys form teams of {c}. How many [full|complete] teams are there? :: There are {r} teams.
(a+b)/c :: {S} <have> {a} {o} and {Q} <have:3> {b}. They share them equally with [all|] {c} {g}. How many does each get? :: Each gets {r}.
(a-b)/c :: {a} {o} were made and {b} were [bad|broken|faulty|thrown away]. The rest [is|are] packed in {k} of {c}. How many full {k} are there? :: There are {r} full {k}.
a/b/c :: {a} {o} are split equally among {b} {g}, and each {g.1} splits the share equally among {c} {g2}. How many does each {g2.1} get? :: Each gets {r}.
a/b+c :: {S} <share> {a} {o} equally among {b} {g}, and then <give> each {c} more. How many does each {g.1} have? :: Each {g.1} has {r}.
a/b-c :: {a} {o} are shared equally among {b} {g}. Then each {g.1} [gives away|loses|eats|uses] {c}. How many does each have left? :: Each has {r} left.
a/b*c :: {b} {o} cost {$a}. How much do {c} {o} cost? :: They cost {$r}.
a/b :: A choir of {a} singers stands in {b} equal rows. How many singers stand in a row? :: There are {r} singers in a row.
a/b :: Eggs are sold by {b}. How many cartons does a farm with {a} eggs fill? :: It fills {r} cartons.
a/b :: A ferry takes {b} cars per crossing. How many full crossings do {a} cars make? :: They make {r} full crossings.
(a-b)/c :: Out of {a} flyers, {b} are kept. {c} helpers deliver the others in equal parts. How many does each deliver? :: Each delivers {r}.
(a+b)/c :: Two classes of {a} and {b} pupils go by bus. A bus seats {c}. How many buses are filled completely? :: {r} buses are full.

# remainders
a%b :: {a} {o} are [packed|put|placed] [in|into] {k} of {b}. How many [{o}|] [are left over|are left|remain|do not fit|will be left over]? :: {r} {o} are left over.
a%b :: How many [{o}|] are left [over|] [when|if|after] {a} {o} are [packed|put|sorted] [in|into] {k} of {b}? :: {r} {o} are left over.
a%b :: {a} {o} are [shared|divided|split|distributed] [equally|evenly|fairly] [among|between] {b} {g}. How many [{o}|] [are left over|are left|remain]? :: {r} {o} are left over.
a%b :: If {a} {o} are shared [equally|evenly] [among|between] {b} {g}, how many [{o}|] [are left over|are left|remain]? :: {r} are left over.
a%b :: {b} {g} share {a} {o} [equally|evenly]. How many [{o}|] [are left over|are left|remain]? :: {r} {o} are left over.
a%b :: {a} {g} [are put|get|split|form|are divided] into [teams|groups] of {b}. How many [{g}|] [are left over|are left|have no team|remain]? :: {r} {g} are left over.
a%b :: How many {g} are left [over|without a group] when {a} {g} form groups of {b}? :: {r} {g} are left over.
a%b :: [A|Each] {k.1} holds {b} {o}. {S} <fill> as many {k} as possible with {a} {o}. How many [{o}|] are left [over|]? :: {r} {o} are left over.
a%b :: {S} <cut> pieces of {b} [cm|inches|feet] from a {a} [cm|inch|foot] [rope|board|pipe|ribbon]. How much is left [over|]? :: {r} is left over.
a%b :: {a} {o} are [planted|laid|set|lined up] in rows of {b}. How many [{o}|] are left for the last, incomplete row? :: {r} are left.
a%b :: {a} {g} travel in full {veh} of {b}. How many [{g}|] are left over? :: {r} {g} are left over.
a%b :: A book has {a} pages and {S} <read> {b} pages a day. How many pages are left for the last day? :: {r} pages are left.
a%b :: {S} <have> {a} {o} and <use> {b} for [each|every|one] {p.1}. How many {o} are left after making as many {p} as possible? :: {r} {o} are left.
(a+b)%c :: {a} {o} and {b} {p} are [put|packed|sorted] into {k} of {c}. How many [things|items|] are left over? :: {r} are left over.
(a+b)%c :: {a} girls and {b} boys form teams of {c}. How many children are left [over|without a team]? :: {r} children are left over.
(a-b)%c :: {a} {o} were made and {b} were [bad|broken|faulty|thrown away]. The rest [is|are] packed in {k} of {c}. How many are left over? :: {r} {o} are left over.
a*b%c :: {S} <have> {a} rows of {b} {o} and <pack> them into {k} of {c}. How many {o} are left over? :: {r} {o} are left over.
a%b :: Eggs are sold by {b}. A farm has {a} eggs. How many eggs cannot be sold? :: {r} eggs cannot be sold.
a%b :: A vending machine gives {b} tokens at a time. It holds {a}. How many stay inside when it is nearly empty? :: {r} stay inside.
a%b :: {a} soldiers march in lines of {b}. How many march in the short last line? :: {r} march in the last line.
(a-b)%c :: Of {a} tulips {b} wilted. The others go into bouquets of {c}. How many tulips are not used? :: {r} tulips are not used.

# comparing
a-b :: {S} <have> {a} {o} and {Q} <have:3> {b}. How many more [{o}|] <do> {S} have [than {Q}|]? :: {S} <have> {r} more.
a-b :: {S} <have> {a} {o}. {Q} <have:3> {b} [{o}|]. What is the difference? :: The difference is {r}.
a-b :: {S} <have> {b} {o} and {Q} <have:3> {a}. How many [fewer|less] [{o}|] <do> {S} have [than {Q}|]? :: {S} <have> {r} fewer.
a-b :: How many more {o} than {p} are there if there are {a} {o} and {b} {p}? :: There are {r} more {o}.
a-b :: There are {a} {o} and {b} {p}. How many more {o} than {p} are there? :: There are {r} more {o}.
a-b :: There are {b} {o} and {a} {p}. How many fewer {o} than {p} are there? :: There are {r} fewer {o}.
a-b :: {S} <be> {a} [cm|years old|inches|meters|feet] [tall|] and {Q} <be:3> {b} [cm|years old|inches|meters|feet]. What is the difference? :: The difference is {r}.
a-b :: The [tower|tree|mountain|building|bridge] is {a} [meters|feet] [tall|high] and the [house|hill|church|pole] is {b} [meters|feet]. How much [taller|higher] is the first? :: It is {r} taller.
a-b :: {S} <score> {a} points and {Q} <score:3> {b}. By how many points <do> {S} win? :: {S} <win> by {r} points.
a-b :: [{L}|A village|A town|A city] has {a} [people|inhabitants|residents] and [the next town|another one|the neighboring village] has {b}. How many more [people|inhabitants|residents] [live in|are in|has] the first? :: There are {r} more.
a-b :: {S} <need> {a} {o} and <have> {b}. How many more [{o}|] <do> {S} need? :: {S} <need> {r} more.
a-b :: {S} <want> to collect {a} {o}. So far {s} <have> {b}. How many [more|] are [still|] missing? :: {r} {o} are missing.
a-b :: How many {o} are missing if there should be {a} and only {b} are there? :: {r} {o} are missing.
a+b :: {S} <have> {a} {o}. {Q} <have:3> {b} more [than {S}|than that|]. How many [{o}|] <do:3> {Q} have? :: {Q} <have:3> {r} {o}.
a-b :: {S} <have> {a} {o}. {Q} <have:3> {b} [fewer|less] [than {S}|than that|]. How many [{o}|] <do:3> {Q} have? :: {Q} <have:3> {r} {o}.
a*b :: {S} <have> {a} {o}. {Q} <have:3> {b} times as many. How many [{o}|] <do:3> {Q} have? :: {Q} <have:3> {r} {o}.
a/b :: {S} <have> {a} {o}, which is {b} times as many as {Q}. How many [{o}|] <do:3> {Q} have? :: {Q} <have:3> {r} {o}.
a/b :: {S} <have> {a} {o} and {Q} <have:3> {b}. How many times as many <do> {S} have? :: {S} <have> {r} times as many.
a+b :: A {o.1} weighs {a} {weight} and a {p.1} weighs {b} {weight} more. How much does the {p.1} weigh? :: It weighs {r} {weight}.
a+b :: {S} <have> {b} more {o} than {Q}. {Q} <have:3> {a}. How many <do> {S} have? :: {S} <have> {r} {o}.
a-b :: {S} <have> {b} fewer {o} than {Q}. {Q} <have:3> {a}. How many <do> {S} have? :: {S} <have> {r} {o}.
a+b-c :: {S} <have> {a} {o}. {Q} <have:3> {b} more than that, but <lose:3> {c}. How many <do:3> {Q} have now? :: {Q} <have:3> {r} {o}.
a*b+c :: {S} <have> {a} {o}. {Q} <have:3> {b} times as many and {c} more. How many <do:3> {Q} have? :: {Q} <have:3> {r} {o}.
a-b :: The record is {a} points. {S} got {b}. How many points short of the record is that? :: It is {r} points short.
a-b :: In {month} {a} {g} came, in {month2} only {b}. By how much did the number drop? :: It dropped by {r}.
a*b :: A cheetah runs {b} times as fast as a walker, who covers {a} meters. How many meters does the cheetah cover? :: It covers {r} meters.

# unknown start, unknown change, part of a whole
a+b :: {S} <give> {b} {o} away and [now|] <have> {a} left. How many [{o}|] did {S} have [at first|before|originally|in the beginning|to start with]? :: {S} had {r} {o}.
a+b :: After {S} <sell> {b} {o}, {a} are left. How many were there [at first|before|at the start|in the beginning]? :: There were {r} {o}.
a+b :: {b} {o} were [taken|sold|removed|eaten|used] and {a} remain. How many were there [at first|before|at the start|originally]? :: There were {r} {o}.
a-b :: {S} had {a} {o}. Now {S} <have> only {b}. How many [{o}|] did {S} [lose|use|give away|sell|spend]? :: That is {r} {o}.
a-b :: {S} had some {o}. {S} got {b} more and now has {a}. How many [{o}|] did {S} have [at first|before|in the beginning]? :: {S} had {r} {o}.
a-b :: {S} had {b} {o}. After [buying|getting|finding|receiving] some more {S} <have> {a}. How many [{o}|] did {S} [buy|get|find|receive]? :: {S} got {r} {o}.
a-b :: There were {a} {o} in the {L}. Now there are {b}. How many [{o}|] were [taken|removed|sold]? :: {r} {o} were taken.
a-b :: [There are|The {L} has] {a} {o}. {b} [of them|] are {adj}. How many are not {adj}? :: {r} are not {adj}.
a-b :: {b} of the {a} {o} [in the {L}|] are {adj} and the [rest|others] are {adj2}. How many are {adj2}? :: {r} are {adj2}.
a-b :: {a} {g} [are|were] in the {L}. {b} of them [are|were] [boys|adults|women|girls|men|tired]. How many are not? :: {r} are not.
a-b :: [A|The] {L} has [room|space|places] for {a} {g}. {b} have come. How many [more|] can [still come|come in|enter|fit]? :: {r} more can come.
a-b-c :: {a} {o} are {adj}, {adj2} or {adj3}. {b} are {adj} and {c} are {adj2}. How many are {adj3}? :: {r} are {adj3}.
a-b-c :: Of {a} {g}, {b} [walk|swim|paint|play|sing] and {c} [read|dance|cook|climb|run]. How many do [something else|neither|other things]? :: {r} do something else.
a+b+c :: {S} <have> {a} {adj}, {b} {adj2} and {c} {adj3} {o}. How many {o} [is that|<do> {S} have] [in total|altogether|in all|]? :: {S} <have> {r} {o}.
a+b+c :: {S} <have> {a} {o}, {Q} <have:3> {b} and {R} <have:3> {c}. How many [{o}|] do they have [in total|altogether|together|in all]? :: Together they have {r} {o}.
a+b+c :: [A|The] {org} sold {a} {o} on {day}, {b} on {day2} and {c} on {day3}. How many [did it sell|{o} is that|were sold] [in total|altogether|in all|]? :: It sold {r} {o} in total.
a+b+c :: There are {a} {o}, {b} {p} and {c} {p2} in the {L}. How many [things|items|] are there [in total|altogether|in all]? :: There are {r} in total.
a+b-c :: {S} <have> {a} {o} and {Q} <have:3> {b}. They [lose|sell|give away|eat|use] {c} [of them|]. How many do they have [left|now]? :: They have {r} left.
a+b-c :: {a} {g} are on a {veh.1}. {b} get on and {c} get off. How many [{g}|people|passengers] are [on the {veh.1}|there] now? :: There are {r} now.
a-b+c :: {a} {g} are on a {veh.1}. At the next stop {b} get off and {c} get on. How many [{g}|people|] are [on the {veh.1}|there|on it] now? :: There are {r} now.
a-b+c :: A {org} had {a} {o}. It sold {b} and then bought {c}. How many {o} does it have now? :: It has {r} {o} now.
a-(b+c) :: {S} <have> {a} {o}. {S} gave away the sum of {b} and {c} of them. How many are left? :: {r} are left.
a+b :: Only {a} {o} survived; {b} were destroyed. How many existed before? :: There were {r} {o}.
a-b :: A puzzle has {a} pieces. {b} are already in place. How many still have to be placed? :: {r} pieces are left.
a-b :: {S} <weigh> {a} pounds and wants to weigh {b}. How many pounds must {s} lose? :: {S} must lose {r} pounds.
a+b-c :: A lake has {a} fish. {b} are released into it and {c} are caught. How many fish swim in it now? :: There are {r} fish now.
a-b+c :: A thermometer shows {a} degrees, falls by {b} and rises by {c}. What does it show? :: It shows {r} degrees.

a*b :: {S} <sell> {b} {o} [a|per|every|each] {time.1}. How many [{o}|] <do> {S} sell in {a} {time}? :: {S} <sell> {r} {o}.
a+b :: {S} <sell> {a} {o} on {day} and {b} on {day2}. How many [{o}|] <do> {S} sell [in total|altogether|in all|]? :: {S} <sell> {r} {o}.
a+b :: {S} <read> {a} pages [yesterday|on {day}] and {b} pages [today|on {day2}]. How many pages is that [in total|altogether|]? :: That is {r} pages.
a-b :: A {org} made {a} {o} and sold {b} [of them|]. How many were not sold? :: {r} {o} were not sold.
a*b :: A {org} [sells|uses|needs] {a} {o} [a|per|every|each] {time.1}. How many [is that|{o} is that] in {b} {time}? :: That is {r} {o}.
a+b :: {S} <have> {a} {o} and {b} {p}. How many [things|items|objects] <do> {S} have [in total|altogether|in all|]? :: {S} <have> {r}.

# people, school, work, production
a+b :: {a} [boys|men|adults|students|dogs] and {b} [girls|women|children|teachers|cats] are in the {L}. How many are there [in total|altogether|together|in all]? :: There are {r} in total.
a+b :: A school has {a} girls and {b} boys. How many [children|pupils|students|kids] [are there|does it have|go there] [in total|altogether|]? :: There are {r} in total.
a+b :: How many {o} are there [altogether|in total|in all] if {Q} has {a} and {R} has {b}? :: There are {r} {o}.
a+b :: {a} {g} come [in the morning|first] and {b} [more|others] [in the afternoon|later]. How many {g} come [in total|altogether|]? :: {r} {g} come.
a*b :: Each {g.1} [needs|gets|brings|has] {a} {o}. How many {o} [do {b} {g} need|are needed for {b} {g}|do {b} {g} have|is that for {b} {g}]? :: That is {r} {o}.
a*b :: {a} {g} [plant|make|write|carry|paint|bake|read|sell] {b} {o} each. How many {o} is that? :: That is {r} {o}.
a*b :: A [factory|machine|printer|bakery|robot|{org}] [makes|produces|prints|builds] {a} {o} [an hour|per hour|a day|per day|every hour|each minute]. How many [{o}|] [does it make|is that|are made] in {b} [hours|days|minutes]? :: It makes {r} {o}.
a*b :: There are {a} {o} in a {k.1}. {S} <buy> {b} {k}. How many {o} <do> {S} have? :: {S} <have> {r} {o}.
a*b :: How many [legs|wheels|wings|eyes|buttons] do {a} {o} have if each has {b}? :: They have {r}.
a*b :: How many hours are there in {a} days with {b} hours each? :: There are {r} hours.
a*b :: A [heart|clock|drum|lamp] [beats|ticks|blinks] {a} times [a|per] minute. How many times does it [beat|tick|blink] in {b} minutes? :: It does so {r} times.
a*b*c :: {a} {g} each make {b} {o} a day. How many [{o}|] do they make in {c} days? :: They make {r} {o}.
a*b*c :: {S} <read> {a} pages an hour, {b} hours a day. How many pages <do> {S} read in {c} days? :: {S} <read> {r} pages.
(a+b)*c :: Each {g.1} gets {a} {o} and {b} {p}. How many things do {c} {g} get [in total|altogether|]? :: They get {r} things.
(a+b)*c :: {a} boys and {b} girls each [bring|plant|buy|get|read] {c} {o}. How many {o} is that [in total|altogether|]? :: That is {r} {o}.
(a+b)*c :: There are {a} {adj} {k} and {b} {adj2} {k}. Each [{k.1}|] holds {c} {o}. How many {o} are there? :: There are {r} {o}.
(a+b)*c :: {S} <make> {a} {o} in the morning and {b} in the afternoon [of every day|every day|each day]. How many <do> {S} make in {c} days? :: {S} <make> {r} {o}.
(a-b)*c :: There are {a} {k}, but {b} of them are empty. Each of the others holds {c} {o}. How many {o} are there? :: There are {r} {o}.
(a-b)*c :: Of {a} {g}, {b} are [absent|ill|away|missing]. Each of the [others|rest] gets {c} {o}. How many {o} [are needed|is that]? :: That is {r} {o}.
(a-b)*c :: {S} <make> {a} {o} a day and <eat> {b} of them [every day|each day|daily]. How many are left after {c} days? :: {r} are left.
a*(b-c) :: {a} {k} held {b} {o} each. {c} [{o}|] were taken out of each {k.1}. How many {o} are left [in total|altogether|]? :: There are {r} {o} left.
a*(b+c) :: {a} {k} hold {b} {o} each. {c} more [{o}|] are put in every {k.1}. How many {o} are there now? :: There are {r} {o} now.
a*(b+c) :: Each of {a} {g} has {b} {o} and {c} {p}. How many things do they have [altogether|in total]? :: They have {r} things.
a-b*c :: {S} <have> {a} {o}. {b} {g} each take {c} [of them|]. How many are left? :: {r} {o} are left.
a-b*c :: A [tank|barrel|pool|bucket] holds {a} {liquid} of {fluid}. It loses {b} {liquid} [an hour|a day|per minute]. How much is left after {c} [hours|days|minutes]? :: {r} {liquid} are left.
a+b*c :: A [tank|barrel|pool|bucket] holds {a} {liquid} of {fluid}. {b} {liquid} are added [every hour|every day|each minute]. How much is in it after {c} [hours|days|minutes]? :: It holds {r} {liquid}.
a+b*c :: A [tree|plant|tower|pile] is {a} [cm|inches|feet] [tall|high]. It grows {b} [cm|inches|feet] [a|per|each] year. How [tall|high] is it after {c} years? :: It is {r} tall.
a+b :: A [tank|barrel|pool|bucket] [has|holds|contains] {a} {liquid} of {fluid}. {b} {liquid} are [poured in|added|filled in]. How [much|many {liquid}] [is|are] [in it|in the tank|there] now? :: There are {r} {liquid} now.
a-b :: A [tank|barrel|pool|bucket] [has|holds|contains] {a} {liquid} of {fluid}. {b} {liquid} [leak out|are used|are poured out|are drunk]. How [much|many {liquid}] [is|are] left? :: {r} {liquid} are left.
a-b :: {S} <have> {a} [pages|exercises|problems|emails|letters] to [do|read|finish|write] and <have> [finished|done] {b}. How many are left? :: {r} are left.
a-b :: A {role.1} has {a} {o} and [uses|needs] {b} for [a project|a job|the {L}]. How many [remain|are left]? :: {r} {o} remain.
a-b :: [It was|The temperature was] {a} degrees and [dropped|fell] [by|] {b} degrees. What is the temperature now? :: It is {r} degrees.
a+b :: [It was|The temperature was] {a} degrees and rose [by|] {b} degrees. What is the temperature now? :: It is {r} degrees.
a+b :: {S} <be> {a} years old. How old will {S} be in {b} years? :: {S} will be {r} years old.
a-b :: {S} <be> {a} years old. How old was {S} {b} years ago? :: {S} was {r} years old.
a-b :: {S} was born in {b}. How old [is|was] {s} in {a}? :: {r} years old.
a-b :: How many years are there between {b} and {a}? :: There are {r} years.
a-b :: A [company|school|church|club|bridge] was founded in {b}. How old was it in {a}? :: It was {r} years old.
a+b :: A [game|film|show] lasts {a} minutes and the break {b} minutes. How long is that [in total|altogether|together]? :: That is {r} minutes.
a*2 :: {S} <have> {a} {o}. {Q} <have:3> twice as many. How many [{o}|] <do:3> {Q} have? :: {Q} <have:3> {r} {o}.
a*2 :: What is [twice|double|two times] {a}? :: It is {r}.
a*2 :: [Double|Twice] {a}. :: That is {r}.
a*3 :: What is [triple|three times|thrice] {a}? :: It is {r}.
a*3 :: {S} <have> {a} {o} and {Q} <have:3> three times as many. How many <do:3> {Q} have? :: {Q} <have:3> {r} {o}.
a/2 :: What is half of {a}? :: Half of it is {r}.
a/2 :: {S} <have> {a} {o} and <give> half [of them|] [away|to {Q}]. How many [are left|<do> {S} have left|are given away]? :: That is {r} {o}.
a/2 :: Half of the {a} {o} [in the {L}|] are {adj}. How many [{o}|] are {adj}? :: {r} {o} are {adj}.
a/3 :: What is [a third|one third] of {a}? :: It is {r}.
a/4 :: What is [a quarter|one quarter|a fourth] of {a}? :: It is {r}.
a*12 :: How many {o} are [there|] in {a} dozen? :: There are {r} {o}.
a*12 :: {S} <buy> {a} dozen {f}. How many {f} is that? :: That is {r} {f}.
a*7 :: How many days are [there|] in {a} weeks? :: There are {r} days.
a*60 :: How many [minutes are there in {a} hours|seconds are there in {a} minutes]? :: There are {r}.
a*24 :: How many hours are there in {a} days? :: There are {r} hours.
a/7 :: How many full weeks are {a} days? :: That is {r} weeks.
a%7 :: How many days are left over when {a} days are counted in weeks? :: {r} days are left over.
a/60 :: How many full hours are {a} minutes? :: That is {r} hours.
(a+b)/2 :: What is the [average|mean] of {a} and {b}? :: The average is {r}.
(a+b+c)/3 :: What is the [average|mean] of {a}, {b} and {c}? :: The average is {r}.
a*b/2 :: A triangle has a base of {a} and a height of {b}. What is its area? :: The area is {r}.
a+b :: A cinema sold {a} tickets online and {b} at the door. How many tickets were sold? :: {r} tickets were sold.
a*b :: A printer needs {b} seconds per page. How long do {a} pages take? :: They take {r} seconds.
a*b :: A spider spins {b} webs a week. How many webs do {a} spiders spin in a week? :: They spin {r} webs.
a+b+c :: The three shelves hold {a}, {b} and {c} {o}. How many {o} do they hold together? :: They hold {r} {o}.
(a-b)*c :: Of {a} runners {b} give up. All others get {c} medals each. How many medals are handed out? :: {r} medals are handed out.
(a+b)*c :: {a} cats and {b} dogs eat {c} treats each. How many treats are eaten? :: {r} treats are eaten.
a-b*c :: A hiker carries {a} grams of nuts and eats {c} grams on each of {b} days. How much is left? :: {r} grams are left.
a*b-c :: A baker bakes {a} trays of {b} rolls and keeps {c} rolls. How many rolls does the baker sell? :: {r} rolls are sold.
a+b*c :: A bus already has {a} kilometers on the counter and drives {b} kilometers on each of {c} days. What does the counter show? :: It shows {r} kilometers.
a*b/c :: {a} workers lay {b} tiles each. A wall takes {c} tiles. How many walls are complete? :: {r} walls are complete.
a*b%c :: {a} hens lay {b} eggs each, and the eggs go into boxes of {c}. How many eggs stay outside? :: {r} eggs stay outside.

# number riddles
a-b :: [I am thinking of|I think of|Guess] a number. [When|If] I add {b}[ to it|], I get {a}. What is [my|the] number? :: The number is {r}.
a+b :: [I am thinking of|I think of|Guess] a number. [When|If] I [subtract|take away] {b}[ from it|], I get {a}. What is [my|the] number? :: The number is {r}.
a/b :: [I am thinking of|I think of|Guess] a number. [When|If] I multiply it by {b}, I get {a}. What is [my|the] number? :: The number is {r}.
a*b :: [I am thinking of|I think of|Guess] a number. [When|If] I divide it by {b}, I get {a}. What is [my|the] number? :: The number is {r}.
a-b :: Which number [plus|added to|together with] {b} [gives|makes|is|equals] {a}? :: The number is {r}.
a+b :: Which number [minus|less|reduced by] {b} [gives|makes|is|equals] {a}? :: The number is {r}.
a/b :: Which number times {b} [gives|makes|is|equals] {a}? :: The number is {r}.
a-b :: [The sum of two numbers is {a}|Two numbers add up to {a}]. One [of them|] is {b}. What is the other [number|one|]? :: The other number is {r}.
a/b :: The product of two numbers is {a}. One [of them|] is {b}. What is the other [number|one|]? :: The other number is {r}.
a-b :: What [do I have to|must I|must you|do you] add to {b} to [get|reach|make] {a}? :: You add {r}.
a-b :: What [do I have to|must I|must you|do you] [subtract from|take away from] {a} to [get|reach] {b}? :: You subtract {r}.
a-b :: How much is missing from {b} to {a}? :: {r} is missing.
a-b :: How far is it from {b} to {a}? :: It is {r}.
a-b :: [Count|Go] from {b} up to {a}. How many steps is that? :: That is {r} steps.
a+b :: [One|The first] number is {a}, [the other|another|the second] [number|one|] is {b}. What is their sum? :: Their sum is {r}.
a+b :: The numbers are {a} and {b}. [Add them|What is the sum|What do they make together|Sum them up][.|?] :: The sum is {r}.
a-b :: The numbers are {a} and {b}. [Subtract the second from the first|What is the difference|How much larger is the first][.|?] :: The difference is {r}.
a*b :: The numbers are {a} and {b}. [Multiply them|What is the product|What is their product][.|?] :: The product is {r}.
a/b :: The numbers are {a} and {b}. [Divide the first by the second|How many times does the second fit in the first][.|?] :: The result is {r}.
a%b :: The numbers are {a} and {b}. [Divide the first by the second and give the remainder|What is the remainder of the first divided by the second][.|?] :: The remainder is {r}.
a+b :: {a}, {b}: sum? :: The sum is {r}.
a*b :: {a}, {b}: product? :: The product is {r}.
a-b :: {a}, {b}: difference? :: The difference is {r}.
a+b+c :: {a}, {b} and {c} together? :: That is {r}.
a+b :: I have two numbers, {a} and {b}. What are they together? :: They are {r}.
a+b :: If you put {a} and {b} together, what do you get? :: You get {r}.
a+b :: What do {a} and {b} [make|give|come to] [together|in all|]? :: They make {r}.
a-b :: Is there a difference between {a} and {b}? How big? :: The difference is {r}.
a-b :: What [is left|remains|stays] of {a} [when|if|after] [you take away|I take away|one removes|we subtract] {b}[ from it|]? :: {r} is left.
a*b :: [Multiply|Please multiply|Could you multiply|I want to multiply] {a} [and|by|with] {b}[ for me|]. :: The product is {r}.
a+b :: [Add|Please add|Could you add|I want to add] {a} [and|to|plus] {b}[ for me|]. :: The sum is {r}.
a*b*c :: What is {a} times {b} times {c}? :: It is {r}.
(a+b)*c :: Multiply the sum of {a} and {b} by {c}. :: The result is {r}.
a*b-c :: What is left of {a} times {b} after taking away {c}? :: {r} is left.
a*2 :: What is {a} doubled? :: It is {r}.
a/2 :: What is {a} halved? :: It is {r}.
a*2+b :: Double {a} and add {b}. :: The result is {r}.
a/2-b :: Halve {a} and subtract {b}. :: The result is {r}.

# everyday scenes with people
a+b :: [One|The first] [boy|girl|child|player|basket] has {a} {o}, [another|the second|the other] has {b}. [What do they have together|How many do both have|How many {o} is that together]? :: Together they have {r} {o}.
a+b :: {Q} [caught|baked|wrote|sold|picked|built] {a} {o}. {R} [caught|baked|wrote|sold|picked|built] {b}. How many {o} is that [together|in total|altogether|]? :: That is {r} {o}.
a-b :: {Q} [caught|baked|wrote|sold|picked|built] {a} {o} and {R} only {b}. How many more [did {Q} have|is that|{o} did {Q} have]? :: {Q} had {r} more.
a-b :: [On the way home|On the way|At night|In the storm] {S} lost {b} of {h} {a} {o}. How many [arrived|are left|did {s} still have|remained]? :: {r} {o} are left.
a-b :: {S} baked {a} {f} and [ate|burned|gave away|dropped] {b}[ of them|]. How many [are there to sell|are left|can {s} serve|does {s} still have]? :: There are {r} {f} left.
a-b :: Of the {a} {o} that {S} [bought|made|had|brought], {b} were [too small|used up|already broken|given to {Q}]. How many [were fine|were left|remained|did {s} keep]? :: {r} {o} remain.
a-b :: [The {role.1}|{Q}] [used up|took|needed|sold|spent|cut off] {b} of the {a} {o}. How many are [still there|left|unused|on the shelf now]? :: {r} {o} are left.
a-b :: A roll has {a} [labels|stamps|stickers|meters]. {b} are used. How many are on it now? :: {r} are on it now.
a-b :: {S} <plan> to [read|sell|visit|paint|write] {a} {o}. {s} <have> done {b} [so far|already|]. How many [are still to do|remain|are left to do]? :: {r} are left.
a-b :: There are {a} [questions|tasks|problems|puzzles] in [a test|an exam|a quiz]. {S} [solved|answered|got] {b} [right|correctly|of them|]. How many [were wrong|did {s} miss|did {s} not solve]? :: {s} missed {r}.
a-b :: {Q} [threw|scored|counted|collected] {a} points and then lost {b}. What is the score? :: The score is {r}.
a+b :: {Q} scored {a} points in the first [half|game|round|match] and {b} in the second [half|game|round|match|]. [What is the total score|How many points is that|How many points did {Q} score]? :: The total is {r} points.
a+b+c :: In [three|the] [games|rounds|matches] {Q} scored {a}, {b} and {c} points. [What is the total|How many points is that|What is the total score]? :: The total is {r} points.
a+b+c :: On three days [the {L}|a {org}|{Q}] [had|counted|saw|welcomed] {a}, {b} and {c} {g}. How many [{g}|] [is that|were there|came] [altogether|in total|in all|]? :: That is {r} {g}.
a+b+c :: From [Monday to Wednesday|June to August|morning to night], {S} [sold|made|counted|found] {a}, {b} and {c} {o}. [What is the total|How many is that|How many {o} altogether]? :: That is {r} {o}.
a+b+c :: {k.1} one holds {a} {o}, {k.1} two {b} and {k.1} three {c}. How many {o} are [there|in them] [in total|altogether|]? :: There are {r} {o}.
a+b :: {S} <walk> {a} [steps|meters|miles], <rest>, and then <walk> [another|a further|an additional] {b}. How many [steps|meters|miles] is that? :: That is {r}.
a+b :: {S} <do> {a} [sit-ups|push-ups|jumps|laps] [before|and after] breakfast and {b} [before|after] dinner. How many [is that|altogether|in all]? :: That is {r}.
a*b :: {S} <do> {a} [sit-ups|push-ups|jumps|laps|exercises] [a|each|every|per] day. How many [is that|does that make|are that|<do> {s} do] in {b} days? :: That is {r}.
a*b :: [There are|A house has|A street has] {a} {o}. [In|How many are there in] {b} [such houses|of them|houses like this] [there are how many|]? :: There are {r} {o}.
a*b :: {a} {g} [came|stood|sat|worked], [each with|everyone with|every one carrying] {b} {o}. How many {o} [is that|were there|did they have]? :: That is {r} {o}.
a*b :: [Everybody|Everyone] [in a group of|among] {a} {g} [has|brings|gets|pays|reads] {b} {o}. How many {o} [is that|are there] [in total|altogether|]? :: That is {r} {o}.
a*b :: {S} <need> {a} {o} for [one|each|every] {p.1}. How many {o} [does {s} need|are needed|are necessary] for {b} {p}? :: {r} {o} are needed.
a*b :: It takes {a} {o} to [make|build|fill|cover] [one|a] {p.1}. How many {o} [does it take|are needed] for {b} {p}? :: It takes {r} {o}.
a/b :: It takes {b} {o} to [make|build|fill|cover] [one|a] {p.1}. How many {p} can be [made|built|filled|covered] [with|from|out of] {a} {o}? :: {r} {p} can be made.
a%b :: It takes {b} {o} to [make|build|fill|cover] [one|a] {p.1}. {S} <have> {a} {o} and <make> as many {p} as possible. How many {o} are [left|left over|not used]? :: {r} {o} are left over.
a/b :: {S} <have> {a} {o}. {b} {o} are needed for [each|one|every] {p.1}. How many {p} can {s} [make|build|finish]? :: {S} can make {r} {p}.
a/b :: One {p.1} [needs|requires|takes|uses] {b} {o}. [With {a} {o}, how many|How many] {p} can be [made|built|finished][ from {a} {o}|]? :: {r} {p} can be made.
a%b :: One {p.1} [needs|requires|takes|uses] {b} {o}. How many of {a} {o} [are left|remain|stay] after [making|building] as many {p} as possible? :: {r} {o} are left.
a/b :: {S} <want> to [save|earn|collect] {$a} and <get> {$b} [a|per|each|every] {time.1}. How many {time} [does it take|<do> {s} need|is that]? :: It takes {r} {time}.
a/b :: {S} <hand> out {a} {o} to {b} {g} so that [everyone|everybody|each one|each] [gets|has] the same [number|amount|]. How many does each [get|have|{g.1} get]? :: Each gets {r}.
a%b :: {S} <hand> out {a} {o} to {b} {g} so that [everyone|everybody|each one|each] [gets|has] the same [number|amount|]. How many [are left|stay|stay with {m}|does {s} keep|remain]? :: {r} {o} are left.
a%b :: {a} {o} [cannot|can't] be shared evenly by {b} {g}. How many [remain|are too many|are left over]? :: {r} {o} remain.
a%b :: After sharing {a} {o} [equally|fairly|evenly] [among|between|with] {b} {g}, how many [are left|remain|stay behind|are there still]? :: {r} {o} are left.
a%b :: {S} <arrange> {a} {o} in rows of {b}. How many [do not belong to a full row|are in the incomplete row|do not fit in a full row|are not in a complete row]? :: {r} {o} are left over.
a/b :: {S} <arrange> {a} {o} in rows of {b}. How many [complete|full|whole] rows [are there|can {s} make|does that give]? :: There are {r} full rows.
a%b :: {S} <want> [rows|groups|stacks|piles|lines] of {b} {o} and <have> {a} {o}. How many [are left over|do not belong to a complete one|are not used|remain]? :: {r} {o} are left over.
a/b :: {S} <want> [rows|groups|stacks|piles|lines] of {b} {o} and <have> {a} {o}. How many [complete|full|whole] ones can {s} make? :: {S} can make {r}.
a/b :: {a} {o} are [stacked|piled|laid|arranged|sorted] in {b} equal [stacks|piles|rows|groups|heaps]. How many [{o}|] are in each [one|]? :: There are {r} in each.
a%b :: {a} {o} are [stacked|piled|laid|arranged|sorted] in {b} equal [stacks|piles|rows|groups|heaps]. How many [{o}|] [are left over|do not fit|remain]? :: {r} {o} are left over.
a%b :: {a} {g} [form|make|build|want to form] [teams|groups|rows|circles] of {b}. How many [{g}|] [have no team|are left out|stand alone|do not find a place|are without one|have to wait]? :: {r} {g} are left over.
a/b :: {a} {g} [form|make|build|want to form] [teams|groups|rows|circles] of {b}. How many [teams|groups|rows|circles|full ones] [are there|do they form|can they form]? :: They form {r}.
a/b :: {a} {g} [ride|go|travel|cross the river] in [boats|cars|vans|cabins] for {b} [people|persons|each|]. How many [boats|cars|vans|cabins] are [completely full|full|filled]? :: {r} are full.
a%b :: {a} {g} [ride|go|travel|cross the river] in [boats|cars|vans|cabins] for {b} [people|persons|each|]. How many are in the last one, which is not full? :: There are {r} in the last one.
a-b :: {S} <have> {a} {o}. How many must {s} [give away|sell|lose] to have {b}? :: {S} must give away {r}.
a-b :: {S} <have> {b} {o}. How many [more must|must] {s} [get|buy|find] to have {a}? :: {S} must get {r}.
a*b+c :: {S} <work> {a} hours a day for {b} days and then {c} [extra|more|further] hours. How many hours is that? :: That is {r} hours.
a*b+c :: {a} {g} pay {$b} each, and {Q} pays {$c}. How much [money|] is that [in total|altogether|]? :: That is {$r}.
a*b-c :: {S} <earn> {$a} a [day|week|month]. After {b} [days|weeks|months] {s} <spend> {$c} [on {o}|for a {p.1}]. How much [money|] [is left|<do> {s} have left|remains|<do> {s} have then]? :: {S} <have> {$r} left.
a*b-c :: {S} <sell> {a} {o} for {$b} each, but {s} <have> to pay {$c} for the [stand|room|material|transport]. [What is the profit|How much is left|How much <do> {s} earn]? :: {$r} is left.
a*b-c :: {S} <buy> {a} {o} [at|for] {$b} each with a discount of {$c}. How much <do> {s} pay? :: {S} <pay> {$r}.
a*b-c :: {a} {k} with {b} {o} each are [delivered|bought|opened]. {S} <return> {c} [of the {o}|of them|{o}]. How many does {s} keep? :: {S} <keep> {r} {o}.
a-b*c :: {S} <pay> with {$a} for {b} {o} that cost {$c} each. What is the change? :: The change is {$r}.
a-b*c :: {S} <buy> {b} {o} at {$c} each and <give> the cashier {$a}. How much [change does {s} get|does {s} get back|change is that]? :: {S} <get> {$r} back.
a-b*c :: {b} {o} for {$c} each are bought with {$a}. What is left? :: {$r} is left.
a-b*c :: A [candle|rope|roll] is {a} [cm|inches|meters] long. {b} pieces of {c} [cm|inches|meters] are [cut off|used]. How much is left? :: {r} is left.
a-b*c :: {S} <start> with {a} [points|lives|coins|dollars] and <lose> {b} in each of {c} [rounds|games|levels]. How many [are left|<do> {s} have left|remain]? :: {r} are left.
a+b*c :: {S} <start> with {a} [points|lives|coins|dollars] and <win> {b} in each of {c} [rounds|games|levels]. How many <do> {s} have [then|at the end|now]? :: {S} <have> {r}.
a+b*c :: A taxi [costs|charges|takes] {$a} to start and {$b} [per|for each|for every] [mile|kilometer|minute]. What does a ride of {c} [miles|kilometers|minutes] cost? :: It costs {$r}.
a+b*c :: [A base fee is|The fixed price is|There is a basic charge of] {$a} and each [hour|day|item|lesson] costs {$b}. What do {c} [hours|days|items|lessons] cost? :: They cost {$r}.
a+b*c :: {S} already <own> {a} {o} and <buy> {b} {k} with {c} {o} each. How many {o} does {s} have [then|now|in total|]? :: {S} <have> {r} {o}.
a+b*c :: There are {a} {o} on the table and {b} {k} of {c} {o} on the floor. How many {o} [is that|are there] [altogether|in total|in all]? :: There are {r} {o}.
a*b+c*d :: {S} <buy> {a} {o} at {$b} each and {c} {p} at {$d} each. How much <do> {s} pay [in total|altogether|]? :: {S} <pay> {$r}.
(a+b)*c :: A [gift bag|lunch box|parcel|kit|starter set] [has|contains|holds] {a} {o} and {b} {p}. How many [things|items|pieces] are in {c} [of them|gift bags|kits|such sets]? :: There are {r} in total.
(a+b)*c :: {S} <put> {a} {o} and {b} {p} in each of {c} {k}. How many [things|items|pieces] is that [in total|altogether|]? :: That is {r}.
(a+b)*c :: {S} <earn> {$a} in the [morning|first job] and {$b} in the [evening|second job] [each|every] day. How much does {s} earn in {c} days? :: {S} <earn> {$r}.
(a+b)*c :: [Everyone|Everybody|Each of {c} {g}] orders a {o.1} for {$a} and a {p.1} for {$b}. [There are {c} {g}.|] What do {c} {g} pay? :: They pay {$r}.
(a+b)*c :: {a} [red|big|old] and {b} [blue|small|new] {k} contain {c} {o} each. How many {o} [is that|are there|do they contain]? :: There are {r} {o}.
(a-b)*c :: A [hall|cinema|bus|theater|train] has {a} [seats|tables|rows], but {b} are [reserved|broken|closed|blocked]. Each of the [others|free ones|remaining ones] [is worth|costs|brings|has room for] {c}. How much is that? :: That is {r}.
(a-b)*c :: A {o.1} sells for {$a} and costs {$b} to make. [What is the profit|How much is earned] on {c} {o}? :: The profit is {$r}.
(a-b)*c :: {S} <get> {$a} a week and <spend> {$b} of it. How much [does {s} save|is saved|is left] in {c} weeks? :: {S} <save> {$r}.
(a-b)*c :: Instead of {$a}, a {o.1} costs {$b} less. {S} <buy> {c}. What does {s} pay? :: {S} <pay> {$r}.
(a-b)/c :: {S} <have> {a} {o} and <keep> {b} [aside|at home|for {Q}|back]. The [rest|others|remaining ones] [goes|go] to {c} {g} in equal [parts|shares]. How many does each [get|receive|{g.1} get]? :: Each gets {r}.
(a-b)/c :: [After|When] {b} of {a} {o} [are gone|are sold|break|are eaten], {c} {g} share the rest equally. How many does each [get|{g.1} get]? :: Each gets {r}.
(a-b)/c :: {b} of {a} {o} are [bad|broken|taken]. The remaining {o} are [packed|put|sorted] into {k} of {c}. How many {k} are [filled|full|packed]? :: {r} {k} are full.
(a-b)%c :: {b} of {a} {o} are [bad|broken|taken]. The remaining {o} are [packed|put|sorted] into {k} of {c}. How many {o} are left over? :: {r} {o} are left over.
(a-b)%c :: {S} <have> {a} {o} and <keep> {b}. {s} <share> the rest equally among {c} {g}. How many [remain|are left over]? :: {r} {o} are left over.
(a+b)/c :: {Q} and {R} [earned|have|found|won] {$a} and {$b}. [They share it with others so that {c} people get the same|The money is split evenly among {c} people]. How much does each [person|one|] get? :: Each gets {$r}.
(a+b)/c :: {a} {o} and another {b} {o} are [shared|divided|split] [equally|evenly|fairly] among {c} {g}. How many does each [get|{g.1} get]? :: Each gets {r} {o}.
(a+b)/c :: {S} <mix> {a} {o} with {b} {p} and <fill> {k} of {c}. How many {k} are full? :: {r} {k} are full.
(a+b)%c :: {S} <mix> {a} {o} with {b} {p} and <fill> {k} of {c}. How many are left over? :: {r} are left over.
(a+b)%c :: {Q} has {a} {o} and {R} has {b}. They put them together and share them among {c} {g}. How many are left over? :: {r} {o} are left over.
a/b+c :: {a} {o} are [shared|divided|split] equally among {b} {g}. One of them already had {c}. How many does that one have now? :: That one has {r} {o} now.
a/b+c :: {S} <get> one of {b} equal parts of {a} {o} and <find> {c} more. How many does {s} have? :: {S} <have> {r} {o}.
a/b-c :: {a} {o} are divided into {b} equal {k}. {c} are taken out of one {k.1}. How many are left in it? :: {r} {o} are left in it.
a/b*c :: {a} {o} are divided equally into {b} {k}. How many {o} are in {c} {k} together? :: There are {r} {o}.
a/b*c :: {b} {k} hold {a} {o} [together|in total]. How many {o} do {c} {k} hold? :: They hold {r} {o}.
a*b/c :: {a} {o} weigh {b} {weight} each. The whole weight is [split|spread|loaded] equally [on|onto|among] {c} [carts|trucks|horses|people]. How much does each [carry|get]? :: Each carries {r} {weight}.
a*b/c :: {S} <save> {$a} [a|per|each] week for {b} weeks and then <buy> {o} at {$c} each. How many can {s} buy? :: {S} can buy {r} {o}.
a*b%c :: {a} {veh} bring {b} {g} each. They [are put|form|get] in groups of {c}. How many [{g}|] are [left|left over|without a group]? :: {r} {g} are left over.
a*b/c :: {a} {veh} bring {b} {g} each. They [are put|form|get] in groups of {c}. How many full groups are there? :: There are {r} full groups.
a*b*c :: {a} {g} [pack|make|write|sell] {b} {o} [per|an|every] hour each. How many {o} is that in {c} hours? :: That is {r} {o}.
a*b*c :: There are {a} {L}s. [Each|Every one] has {b} {k}, and [each|every] {k.1} has {c} {o}. How many {o} are there [in total|altogether|]? :: There are {r} {o}.
a*b*c :: {a} days, {b} {g}, {c} {o} per {g.1} [and day|a day|every day]. How many {o}? :: That is {r} {o}.

# time, age, years
a+b :: {Q} is {b} years older than {R}, who is {a}. How old is {Q}? :: {Q} is {r} years old.
a-b :: {Q} is {b} years younger than {R}, who is {a}. How old is {Q}? :: {Q} is {r} years old.
a+b :: {R} is {a} years old and {Q} is {b} years older. How old is {Q}? :: {Q} is {r} years old.
a-b :: {R} is {a} years old and {Q} is {b} years younger. How old is {Q}? :: {Q} is {r} years old.
a-b :: {Q} was born {b} years before {a}. [In which year was that|What year was that|When was {Q} born]? :: It was in {r}.
a+b :: {Q} was born in {a}. In which year did {Q} turn {b}? :: It was in {r}.
a+b :: [The|A] [war|work|journey|reign] began in {a} and lasted {b} years. In which year did it end? :: It ended in {r}.
a-b :: [The|A] [war|work|journey|reign] began in {b} and ended in {a}. How many years did it last? :: It lasted {r} years.
a*b :: {Q} is {a} years old. {R} is {b} times as old. How old is {R}? :: {R} is {r} years old.
a+b :: A [train|bus|film] takes {a} minutes but is {b} minutes late. How long does it take [in total|then|]? :: It takes {r} minutes.
a-b :: A [cake|roast|soup] needs {a} minutes in the oven. It has been in for {b}. How many minutes are left? :: {r} minutes are left.
a*b :: A [lesson|song|film|round|lap] takes {a} minutes. How many minutes do {b} of them take? :: They take {r} minutes.
a/b :: A [lesson|song|film|round|lap] takes {b} minutes. How many fit into {a} minutes? :: {r} of them fit.
a*60+b :: How many minutes are {a} hours and {b} minutes? :: That is {r} minutes.
a*7+b :: How many days are {a} weeks and {b} days? :: That is {r} days.
a*12+b :: How many months are {a} years and {b} months? :: That is {r} months.
a*100+b :: How many cents are {a} dollars and {b} cents? :: That is {r} cents.
a*1000+b :: How many [grams are {a} kilograms and {b} grams|meters are {a} kilometers and {b} meters]? :: That is {r}.
a*100 :: How many [cents are {a} dollars|centimeters are {a} meters]? :: That is {r}.
a*1000 :: How many [grams are {a} kilograms|meters are {a} kilometers|milliliters are {a} liters]? :: That is {r}.
a*12 :: How many months are {a} years? :: That is {r} months.
a*365 :: How many days are {a} years of 365 days? :: That is {r} days.
a%60 :: How many minutes are left over when {a} minutes are turned into full hours? :: {r} minutes are left over.
a/12 :: How many full dozens are {a} eggs? :: That is {r} dozens.
a%12 :: {a} eggs are packed by the dozen. How many are left over? :: {r} eggs are left over.
a*2 :: {S} <have> {a} pairs of [socks|shoes|gloves|earrings]. How many single ones is that? :: That is {r}.
a/2 :: {S} <have> {a} [socks|shoes|gloves|earrings]. How many pairs is that? :: That is {r} pairs.
a*2 :: {Q} has {a} {o}. {R} has [twice that many|double that|two times as many|double the number]. How many does {R} have? :: {R} has {r} {o}.
a*3 :: {Q} has {a} {o}. {R} has [three times that many|triple that|three times as many|thrice as many]. How many does {R} have? :: {R} has {r} {o}.
a*4 :: How many legs do {a} [dogs|cats|horses|cows|chairs|tables] have? :: They have {r} legs.
a*2 :: How many [legs do {a} birds have|eyes do {a} people have|wheels do {a} bicycles have|wings do {a} birds have]? :: They have {r}.
a/2 :: {S} <have> {a} {o}. Half of them [are {adj}|belong to {Q}|break|are sold|are gone]. How many is that? :: That is {r} {o}.
a/2 :: [Half|One half] of {a} {g} [come|leave|stay|sing|are sick]. How many is that? :: That is {r} {g}.
a/3 :: A third of {a} {o} are {adj}. How many [{o}|] is that? :: That is {r} {o}.
a/4 :: A quarter of {a} {o} are {adj}. How many [{o}|] is that? :: That is {r} {o}.
(a+b)/2 :: {Q} has {a} {o} and {R} has {b}. They share them equally. How many does each get? :: Each gets {r} {o}.
(a+b)*2 :: A [field|garden|pool|court] is {a} [meters|feet|yards] by {b} [meters|feet|yards]. How long is the fence around it? :: It is {r} long.
a*4 :: A square has sides of {a} [meters|feet|cm]. What is its perimeter? :: The perimeter is {r}.
a*a :: A square has sides of {a} [meters|feet|cm]. What is its area? :: The area is {r}.
a*a :: What is {a} squared? :: It is {r}.
a*a :: What is the square of {a}? :: It is {r}.
a*a*a :: What is the cube of {a}? :: It is {r}.

# shops, schools, farms, offices: stock going in and out
a-b+c :: [A|The] {org} [had|owned|stored] {a} {o}, [sold|lost|gave away|used] {b} and [got|received|bought|made] {c} [new ones|more|again]. How many {o} [does it have|are there] [now|]? :: There are {r} {o} now.
a-b+c :: {S} had {a} {o}. {s} [sold|lost|gave away|used] {b} and [got a delivery of|then found|later bought|received] {c}. How many [does {s} have|are there] now? :: {S} <have> {r} {o} now.
a+b-c :: [A|The] {org} [had|owned|stored] {a} {o}, [got|received|bought|made] {b} [new ones|more|] and [sold|lost|gave away|used] {c}. How many {o} [does it have|are there] [now|]? :: There are {r} {o} now.
a+b+c :: [A|The] {org} [had|owned|stored] {a} {o}, [got|received|bought|made] {b} more and [later|then|finally] {c}. How many {o} [does it have|are there] [now|]? :: There are {r} {o} now.
a-b-c :: [A|The] {org} [had|owned|ordered|stored] {a} {o}. {b} were sold in {month} and {c} in {month2}. How many are [left|still there|still for sale]? :: {r} {o} are left.
a-b-c :: {a} {o} [are|were] on the shelf. {Q} [takes|took] {b} and {R} [takes|took] {c}. How many [are left|remain|are still there]? :: {r} {o} are left.
a-b-c :: A {k.1} of {a} {o}: {b} for {Q}, {c} for {R}, and the rest for me. How many do I get? :: You get {r} {o}.
a-b-c :: {S} <cut> {b} and {c} [cm|inches|meters] from a [board|rope|ribbon] of {a} [cm|inches|meters]. How long is it now? :: It is {r} long now.
a+b-c :: {S} <have> {$a} in [the bank|one pocket|a wallet] and {$b} [at home|in another|in cash] and <pay> [a bill of|a fine of|] {$c}. How much [is left|does {s} have left|money remains] [in total|]? :: {S} <have> {$r} left.
a+b-c :: {a} {g} and {b} {g2} are at the party. {c} [people|of them|guests] go home. How many [stay|are still there|remain]? :: {r} stay.
a+b :: [A|The] [ship|truck|plane|train] carries {a} [tons|kilos|boxes] of {o} and {b} [tons|kilos|boxes] of {p}. [How heavy is the load|How much is that|How much does it carry] [in total|altogether|]? :: That is {r} in total.
a+b :: [A|The] [company|school|hospital|village|club] has {a} [women|girls|nurses|men] and {b} [men|boys|doctors|children]. How many [people|members|persons] [is that|does it have|are there]? :: There are {r}.
a+b :: {a} [letters|calls|orders|emails|guests] [came|arrived] [yesterday|on {day}|in the morning] and {b} [today|on {day2}|at night]. How many [came|arrived|is that] [on both days|altogether|in total|together]? :: That is {r}.
a-b :: {a} [letters|calls|orders|emails|guests] [came|arrived] [yesterday|on {day}] and [only|] {b} [today|on {day2}]. How many more [came|were there] [yesterday|on the first day|on {day}]? :: {r} more came.
a+b :: Part one [has|is] {a} [pages|minutes|meters|lines] [long|] and part two {b}. How long [is it|are both] [in total|altogether|]? :: It is {r} long.
a-b :: {L} has {a} [people|inhabitants|houses]. {b} [moved away|left|were lost]. How many [are there|does it have] [now|today]? :: It has {r} now.
a+b :: {L} had {a} [people|inhabitants|houses]. {b} [moved in|were born|were added]. How many [are there|does it have] [now|today]? :: It has {r} now.
a-b :: {Q} got {a} votes and {R} got {b} [votes|]. [By how many votes did {Q} win|What is the lead of {Q}|How many more votes did {Q} get]? :: The lead is {r} votes.
a+b :: {Q} got {a} votes and {R} got {b} [votes|]. How many votes [were cast|is that|were there] [in total|altogether|]? :: {r} votes were cast.
a*b :: {S} <buy> {b} {o}. The price is {$a} each. [What does {s} pay|How much is that|What is the bill]? :: {S} <pay> {$r}.
a*b :: {a} [fans|people|guests|visitors|customers] [paid|pay] {$b} [each|a ticket|for a seat]. How much [money|] [was collected|comes in|is collected|is that]? :: That is {$r}.
a*b :: A {role.1} [charges|gets|earns|takes] {$a} [an hour|per hour|a day|for each {o.1}]. What is the pay for {b} [hours|days|{o}]? :: The pay is {$r}.
a*b :: {Q} [plants|draws|hangs|puts|places] {a} {o} [in|on] each of {b} {k}. How many {o} [is that|are there|does {Q} need]? :: That is {r} {o}.
a*b :: {a} [by|times] {b} {o} are laid out in a grid. How many {o} are there? :: There are {r} {o}.
a*b :: A [grid|chessboard|table|map|chart] has {a} rows and {b} columns. How many [cells|squares|fields] [are there|does it have]? :: It has {r}.
a*b :: A [roof|wall|floor] has {a} rows of {b} tiles. How many tiles is that? :: That is {r} tiles.
a*b :: One [brick|box|bag|barrel] weighs {a} {weight}. What is the weight of {b} [such bricks|of them|boxes|bags|barrels]? :: They weigh {r} {weight}.
a/b :: {b} [equal|identical] {o} weigh {a} {weight} [together|in total]. How much does one [of them|] weigh? :: One weighs {r} {weight}.
a/b :: {a} {weight} of [flour|sugar|rice|sand] is filled into bags of {b} {weight}. How many bags [are filled|is that|are full]? :: {r} bags are full.
a%b :: {a} {weight} of [flour|sugar|rice|sand] is filled into bags of {b} {weight}. How much [is left over|remains]? :: {r} {weight} are left over.
a/b :: {a} {liquid} of {fluid} are poured into [bottles|cans|jugs] of {b} {liquid}. How many [bottles|cans|jugs] are [full|filled]? :: {r} are full.
a%b :: {a} {liquid} of {fluid} are poured into full [bottles|cans|jugs] of {b} {liquid}. How much {fluid} is left? :: {r} {liquid} are left.
a/b :: {S} <need> one [liter|gallon|bag|can] for every {b} [miles|meters|kilometers|{o}]. How many [liters|gallons|bags|cans] [does {s} need|are needed] for {a}? :: {r} are needed.
a/b :: For every {b} {o} there is one {p.1}. How many {p} are there for {a} {o}? :: There are {r} {p}.
a/b :: {Q} [reads|writes|walks|sews|mows] {a} [pages|lines|miles|shirts|lawns] in {b} days, the same [number|amount] [each|every] day. How many [is that per day|per day|a day]? :: That is {r} per day.
a/b :: {b} [tickets|meals|nights|lessons|rides] cost {$a}. What [is the price of one|does one cost]? :: One costs {$r}.
a/b :: {b} {g} [win|earn|find|inherit] {$a} and share it [equally|fairly|evenly]. [What does each take home|How much does each get|What is each share]? :: Each gets {$r}.
a%b :: {b} {g} [win|earn|find|inherit] {a} coins and share them [equally|fairly|evenly]. How many coins [are left over|cannot be shared|remain]? :: {r} coins are left over.

# the smaller number first
a-b :: After {S} <use> {b} of {a} {o}, how many are left? :: {r} {o} are left.
a-b :: After [paying|spending|losing|giving away] {$b}, how much [is left of|remains of|does {Q} have left from] {$a}? :: {$r} is left.
a-b :: [Spending|Paying|Losing] {$b} out of {$a} leaves how much? :: {$r} is left.
a-b :: {b} of {a} {o} [are|were] {lost}. How many [remain|are left|are there still]? :: {r} {o} are left.
a-b :: If {b} out of {a} {o} are {lost}, how many [remain|are left]? :: {r} {o} are left.
a-b :: How many {o} are left when {b} of {a} [are {lost}|{o} are {lost}]? :: {r} {o} are left.
a-b :: With {b} {o} {lost}, how many of the {a} {o} are [left|still there]? :: {r} {o} are left.
a-b :: {S} <have> paid {$b} of [a debt of|a bill of|] {$a}. How much [is still to pay|does {s} still owe|is open]? :: {$r} is still to pay.
a-b :: {b} {g} have [arrived|come|checked in]. {a} were [invited|expected|booked]. How many are [missing|still to come]? :: {r} are missing.
a-b :: {S} <be> at [page|level|step|mile|kilometer] {b} of {a}. How many are left? :: There are {r} left.
a-b :: {S} <have> {b} {o} and <want> {a}. How many are [missing|needed|still needed]? :: {r} {o} are missing.
a-b :: There are {b} {o} but {a} {g}. How many {g} get no {o.1}? :: {r} {g} get none.
a-b :: {b} {o} are [done|ready|finished]. The order is for {a}. How many [must still be made|are still missing|remain to be done]? :: {r} {o} are missing.
a-b :: Only {b} of {a} [seeds|eggs|plants|matches|lamps] [work|grew|hatched|survived]. How many did not? :: {r} did not.
a-b :: Last year there were {b} {o}, this year there are {a}. [How many more is that|What is the increase|By how many did they grow]? :: That is {r} more.
a-b :: {Q} needs {b} minutes and {R} needs {a} minutes. How many minutes [faster is {Q}|slower is {R}|does {R} need more]? :: It is {r} minutes.
a-b :: {Q} paid {$b} for a {o.1} that {R} sold for {$a}. How much [cheaper was it|less was that|is the difference]? :: The difference is {$r}.
a-b :: {S} <buy> a {o.1} for {$b} and <sell> it for {$a}. [What is the profit|How much <do> {s} gain|How much money <do> {s} make]? :: The profit is {$r}.
a-b :: {S} <buy> a {o.1} for {$a} and <sell> it for {$b}. [What is the loss|How much <do> {s} lose]? :: The loss is {$r}.
a-b :: The cheap {o.1} costs {$b}, the good one {$a}. [How much more is the good one|What is the difference in price]? :: The difference is {$r}.
a/b :: With {b} {o} [in|per|for] each {k.1}, how many {k} [are needed|do we need|are filled] for {a} {o}? :: {r} {k} are filled.
a/b :: {k} take {b} {o} each. How many [of them|{k}] can be filled [with|from] {a} {o}? :: {r} can be filled.
a/b :: In groups of {b}, how many full groups do {a} {g} make? :: They make {r} groups.
a/b :: By packing {b} {o} into each {k.1}, how many {k} does {Q} fill with {a} {o}? :: {Q} fills {r} {k}.
a/b :: {b} {g} want to share {a} {o}. How many [are there for each|can each have|does each get]? :: Each gets {r} {o}.
a/b :: There are {b} {g} and {a} {o}. [If everyone gets the same number, how|How] many {o} are there for each {g.1}? :: Each gets {r} {o}.
a/b :: Each {g.1} needs {b} {o}. [For|How many {g} can be served with] {a} {o}[, how many {g} is that enough|]? :: It is enough for {r} {g}.
a/b :: The price is {$b}. How many {o} can I [get|buy|afford] [for|with] {$a}? :: I can buy {r} {o}.
a/b :: At {$b} [each|apiece|per piece], how many {o} [can be bought|does {Q} get|can one buy] for {$a}? :: {r} can be bought.
a/b :: Saving {$b} a [day|week|month], how many [days|weeks|months] does {Q} need for {$a}? :: {Q} needs {r}.
a%b :: With {b} {o} [in|per|for] each {k.1}, how many of {a} {o} are left over? :: {r} {o} are left over.
a%b :: {k} take {b} {o} each. As many as possible are filled [with|from] {a} {o}. How many {o} are [left|left over|outside]? :: {r} {o} are left over.
a%b :: In groups of {b}, how many of {a} {g} are [left over|without a group]? :: {r} {g} are left over.
a%b :: By packing {b} {o} into each {k.1}, how many of {a} {o} are left [over|]? :: {r} {o} are left over.
a%b :: There are {b} {g} and {a} {o}. Everyone gets the same number, as many as possible. How many {o} are [left|left over|not given out]? :: {r} {o} are left over.
a%b :: The price is {$b} each. {S} <buy> as many {o} as {s} can with {$a}. How much is left? :: {$r} is left.
a%b :: {S} <tie> {o} into bunches of {b}. {S} <have> {a} {o}. How many are too few for another bunch? :: {r} {o} are left over.
a%b :: Only full {k} of {b} are [sent|sold|closed]. There are {a} {o}. How many {o} must wait? :: {r} {o} must wait.
a-b*c :: {b} {o} at {$c} each are paid with {$a}. [What is the change|How much comes back|How much is returned]? :: The change is {$r}.
a-b*c :: [Giving|After giving] {c} {o} to each of {b} {g}, how many of {a} are left? :: {r} {o} are left.
a-b*c :: {b} {g} eat {c} {f} each. There were {a}. How many {f} are left? :: {r} {f} are left.
(a-b)/c :: With {b} of {a} {o} {lost}, the others are shared by {c} {g}. How many does each [get|receive]? :: Each gets {r} {o}.
(a-b)*c :: With {b} of {a} {k} empty, each of the others has {c} {o}. How many {o} are there? :: There are {r} {o}.

# small words for numbers that do not count
a+b :: I have two {k}. One holds {a} {o}, the other {b}. How many {o} do I have? :: There are {r} {o}.
a+b :: Two {g} count their {o}. One has {a}, the other has {b}. How many do both have together? :: Together they have {r} {o}.
a+b :: Two trucks carry {a} and {b} {o}. How many {o} do the two carry together? :: They carry {r} {o}.
a+b :: The two sides of a {o.1} measure {a} and {b} [cm|inches|meters]. What is their sum? :: The sum is {r}.
a+b :: Both shelves are full: one has {a} {o} and the other has {b}. How many is that? :: That is {r} {o}.
a-b :: Two {g} have {a} and {b} {o}. How many more does the first one have? :: The first has {r} more.
a-b :: Two towers are {a} and {b} meters high. What is the difference? :: The difference is {r} meters.
a-b :: Take two numbers, {a} and {b}. How much larger is the first one? :: It is {r} larger.
a*b :: Two numbers, {a} and {b}, are multiplied. What is the result? :: The result is {r}.
a*b :: One of my three friends buys {a} {o} at {$b} each. How much does this friend pay? :: That is {$r}.
a*b :: On one of the seven days {Q} sold {a} {o} for {$b} each. How much did {Q} take in? :: That is {$r}.
a/b :: Two numbers are given, {a} and {b}. Divide the first by the second. :: The result is {r}.
a+b+c :: Three {g} have {a}, {b} and {c} {o}. How many do the three have together? :: Together they have {r} {o}.
a+b+c :: Three numbers are {a}, {b} and {c}. What is their sum? :: The sum is {r}.
a+b+c :: A triangle has sides of {a}, {b} and {c} [cm|inches|meters]. What is its perimeter? :: The perimeter is {r}.
a*b*c :: Three numbers, {a}, {b} and {c}, are multiplied. What is the product? :: The product is {r}.
a-b-c :: {S} <have> {a} {o} for two {g}. The first takes {b} and the second takes {c}. How many are left? :: {r} {o} are left.
a+b-c :: One {k.1} has {a} {o}, a second one {b}. From both together {c} are taken. How many are left? :: {r} {o} are left.
a+b :: A story has two parts, {a} and {b} pages long. How many pages does it have? :: It has {r} pages.
a+b :: A [book|film|trip|show] has a first part of {a} and a second part of {b} [pages|minutes|miles]. How long is it altogether? :: It is {r} long.

# fractions and multiples in words
a/2 :: [Halve {a}|Half of {a}|Take half of {a}|Divide {a} in half|Cut {a} in half][.|] :: That is {r}.
a/3 :: [One third of {a}|A third of {a}|Take a third of {a}|Divide {a} by three][.|] :: That is {r}.
a/4 :: [One fourth of {a}|A quarter of {a}|Take a quarter of {a}|Divide {a} by four][.|] :: That is {r}.
a/5 :: [One fifth of {a}|A fifth of {a}|Take a fifth of {a}|Divide {a} by five][.|] :: That is {r}.
a/10 :: [One tenth of {a}|A tenth of {a}|Take a tenth of {a}|Divide {a} by ten][.|] :: That is {r}.
a*2 :: [Double {a}|Twice {a}|Two times {a}|The double of {a}|{a} doubled][.|] :: That is {r}.
a*3 :: [Triple {a}|Three times {a}|The triple of {a}|{a} tripled][.|] :: That is {r}.
a*4 :: [Four times {a}|Quadruple {a}][.|] :: That is {r}.
a*10 :: [Ten times {a}|Multiply {a} by ten][.|] :: That is {r}.
a/2 :: {Q} cuts a rope of {a} [meters|feet|inches] in half. How long is each half? :: Each half is {r} long.
a/2 :: {Q} [sold|lost|ate|used|gave away] half of [the|] {a} {o}. How many [did {Q} keep|are left|were {lost}]? :: That is {r} {o}.
a/2 :: {Q} and {R} share {a} {o} half and half. How many does each get? :: Each gets {r} {o}.
a/2 :: {Q} has half as many {o} as {R}, who has {a}. How many does {Q} have? :: {Q} has {r} {o}.
a/3 :: One third of the {a} {g} [left|came|sing|are {adj}]. How many is that? :: That is {r} {g}.
a/4 :: A quarter of the {a} {g} [left|came|sing|are {adj}]. How many is that? :: That is {r} {g}.
a/3 :: {Q} gives away a third of {a} {o}. How many [are given away|does {Q} give away]? :: That is {r} {o}.
a/4 :: Every fourth of {a} {o} is {adj}. How many are {adj}? :: {r} {o} are {adj}.
a/10 :: Every tenth of {a} {g} wins. How many win? :: {r} {g} win.
a*2 :: The number of {o} doubled from {a}. How many are there now? :: There are {r} {o} now.
a*2 :: {Q} had {a} {o} and doubled that. How many does {Q} have now? :: {Q} has {r} {o} now.
a*3 :: {Q} had {a} {o} and tripled that. How many does {Q} have now? :: {Q} has {r} {o} now.
a*2+b :: {Q} doubles {a} {o} and then gets {b} more. How many is that? :: That is {r} {o}.
a*2-b :: {Q} doubles {a} {o} and then loses {b}. How many is that? :: That is {r} {o}.
a+a*2 :: {Q} has {a} {o} and {R} has twice as many. How many do they have together? :: Together they have {r} {o}.
a*5 :: How many fingers do {a} hands have? :: They have {r} fingers.
a*6 :: How many legs do {a} [ants|insects|beetles|bees] have? :: They have {r} legs.
a*8 :: How many legs do {a} spiders have? :: They have {r} legs.
a*3 :: How many wheels do {a} tricycles have? :: They have {r} wheels.
a*52 :: How many weeks are {a} years of 52 weeks? :: That is {r} weeks.
a*30 :: How many days are {a} months of 30 days? :: That is {r} days.

# differences and products of sums, in words
a-(b+c) :: From {a}, take away [the sum of {b} and {c}|{b} plus {c}|both {b} and {c} together]. :: The result is {r}.
a-(b+c) :: What [is left of|remains of] {a} after taking away the sum of {b} and {c}? :: {r} is left.
a-(b+c) :: How much larger is {a} than the sum of {b} and {c}? :: It is {r} larger.
a-(b+c) :: {a} minus the sum of {b} and {c}[?|] :: The result is {r}.
a-(b-c) :: {a} minus the difference [of|between] {b} and {c}[?|] :: The result is {r}.
a*(b+c) :: {a} times the sum of {b} and {c}[?|] :: The result is {r}.
a*(b-c) :: {a} times the difference [of|between] {b} and {c}[?|] :: The result is {r}.
a+b*c :: {a} plus the product of {b} and {c}[?|] :: The result is {r}.
a-b*c :: {a} minus the product of {b} and {c}[?|] :: The result is {r}.
a-b*c :: How much larger is {a} than {b} times {c}? :: It is {r} larger.
a*b-c :: How much larger is {a} times {b} than {c}? :: It is {r} larger.
a*b-c*d :: How much larger is {a} times {b} than {c} times {d}? :: It is {r} larger.
a/(b+c) :: {a} divided by the sum of {b} and {c}[?|] :: The result is {r}.
a%(b+c) :: {a} modulo the sum of {b} and {c}[?|] :: The result is {r}.
(a+b)%c :: Add {a} and {b}. What is the remainder when you divide [the sum|that|the result] by {c}? :: The remainder is {r}.
a*b%c :: Multiply {a} by {b}. What is the remainder when you divide [the product|that|the result] by {c}? :: The remainder is {r}.
(a-b)%c :: Subtract {b} from {a}. What is the remainder when you divide [the difference|that|the result] by {c}? :: The remainder is {r}.
a/b :: Divide {a} by {b}, ignoring the remainder. :: The result is {r}.
a/b :: What is {a} divided by {b}, [rounded down|without the remainder|as a whole number]? :: The result is {r}.
a%b :: What [is the remainder|remains|is left over] [if|when] {b} is divided into {a}? :: The remainder is {r}.
a%b :: Compute the remainder of {a} and {b}. :: The remainder is {r}.
a%b :: {a} divided by {b} leaves what remainder? :: The remainder is {r}.
a/b :: How often can {b} be [taken away|subtracted] from {a}? :: It can be taken away {r} times.

# money, tickets, work, travel, more of them
a*b :: {b} {g} [visit|enter] the {L}. [The ticket price is|Entry is|Each pays] {$a}. [What does the {L} take in|How much money comes in|What were the earnings]? :: That is {$r}.
a*b :: [The fee|Admission|Entry|A seat] is {$a} [per person|each|a head]. [What do|How much do] {b} {g} pay? :: They pay {$r}.
a*b :: {S} <rent> a {o.1} for {b} days at {$a} a day. How much is the rent? :: The rent is {$r}.
a*b :: A {role.1} works {a} hours at {$b} an hour. How much does the {role.1} earn? :: That is {$r}.
a*b :: A pack of {o} costs {$a}. [What do|How much do] {b} packs cost? :: They cost {$r}.
a*b :: {S} <put> {$a} [in a jar|in the bank|aside] [every|each] {time.1}. How much is [there|in it|saved] after {b} {time}? :: There is {$r}.
a*b+c :: A {role.1} charges {$a} [an hour|a day|per visit] and {$c} for [material|the trip|parts]. What is the bill for {b} [hours|days|visits]? :: The bill is {$r}.
a*b+c :: {S} <rent> a {o.1} for {b} days at {$a} a day plus a fee of {$c}. [What is the total|How much is that]? :: That is {$r}.
a*b+c :: {a} tickets at {$b} and a [program|drink|guide] for {$c}: what is the total? :: The total is {$r}.
a*b-c :: {a} {o} at {$b} each, minus a [voucher|coupon|discount] of {$c}: what do I pay? :: You pay {$r}.
a-b :: {S} <use> a [voucher|coupon] of {$b} for a {o.1} that costs {$a}. How much <do> {s} pay? :: {S} <pay> {$r}.
a-b :: [A|The] card [has|holds] {$a}. {S} <pay> {$b} with it. What is the [new balance|balance now|rest]? :: The balance is {$r}.
a+b :: [A|The] card [has|holds] {$a}. {S} <load> {$b} onto it. What is the [new balance|balance now]? :: The balance is {$r}.
a+b :: The bill is {$a}, and {S} <add> a tip of {$b}. How much is that? :: That is {$r}.
a+b :: [Tax|Shipping|Service|Delivery] of {$b} is added to a price of {$a}. What is the final amount? :: It is {$r}.
a+b-c :: {S} <earn> {$a} and {$b} and <pay> {$c} in taxes. How much is left? :: {$r} is left.
a*b :: {Q} cycles {a} {dist} to work every day. How many {dist} is that in {b} days? :: That is {r} {dist}.
a*b :: At {a} {dist} [an|per] hour, how far [does {Q} get|is it|does one get] in {b} hours? :: That is {r} {dist}.
a*b :: A [ship|plane|train] keeps a speed of {a} {dist} per hour. How far does it get in {b} hours? :: It gets {r} {dist}.
a/b :: A distance of {a} {dist} is [covered|done|travelled] in {b} hours. What is the speed? :: The speed is {r} {dist} per hour.
a/b :: {Q} wants to [walk|ride|swim|run] {a} {dist} in {b} days. How many {dist} [per|each|a] day is that? :: That is {r} {dist} per day.
a/b :: {Q} does {b} {dist} [a|per|each] day. How many days does [a trip of|] {a} {dist} take? :: It takes {r} days.
a-b :: The [capital|coast|summit|next town] is {a} {dist} away. {Q} has gone {b} {dist}. How far is it still? :: It is {r} {dist}.
a+b :: {Q} goes {a} {dist} by bus and {b} {dist} by train. How far is that [altogether|in total|]? :: That is {r} {dist}.
a*2 :: The way to [work|school|the {L}] is {a} {dist}. How far is it there and back? :: It is {r} {dist}.
a-b+c :: A [lift|elevator] is on floor {a}. It goes down {b} floors and up {c}. On which floor is it? :: It is on floor {r}.
a+b-c :: A [lift|elevator] is on floor {a}. It goes up {b} floors and down {c}. On which floor is it? :: It is on floor {r}.
a+b-c :: A [diver|kite|balloon|bird] [is|flies] at {a} meters, rises {b} meters and sinks {c} meters. [How high is it|At what height is it|Where is it now]? :: It is at {r} meters.
a-b+c :: A [diver|kite|balloon|bird] [is|flies] at {a} meters, sinks {b} meters and rises {c} meters. [How high is it|At what height is it|Where is it now]? :: It is at {r} meters.
a+b :: It was {a} degrees [at night|in the morning|at dawn|yesterday]. [By noon|Then|Later|Until evening] it [got|became|was|grew] {b} degrees warmer. How [warm|many degrees] is it? :: It is {r} degrees.
a-b :: It was {a} degrees [at noon|in the morning|at dawn|yesterday]. [By night|Then|Later|Until evening] it [got|became|was|grew] {b} degrees [colder|cooler]. How [warm|many degrees] is it? :: It is {r} degrees.
a+b :: [Overnight|In the afternoon|Since yesterday|By evening] the {M} had [gained|got] {b} {o} on top of {a}. How many [is that|are there]? :: There are {r} {o}.
a-b :: A [pond|lake|zoo|herd] of {a} [fish|animals|sheep] lost {b}. How many are left? :: {r} are left.
a+b :: A [pond|lake|zoo|herd] of {a} [fish|animals|sheep] got {b} young ones. How many are there now? :: There are {r} now.
a+b-c :: A [pond|zoo|herd|shelter] had {a} animals. {b} were [born|brought in|bought] and {c} [died|were sold|ran away]. How many are there now? :: There are {r} now.
a*b :: The [army|band|choir|parade] stands in {a} rows of {b}. How many [soldiers|people|singers] are there? :: There are {r}.
a/b :: {a} [soldiers|dancers|singers|pupils] stand in {b} equal [rows|lines|groups]. How many are in one? :: There are {r} in one.
a/b :: {a} [soldiers|dancers|singers|pupils] stand in [rows|lines|groups] of {b}. How many [rows|lines|groups] are there? :: There are {r}.
a%b :: {a} [soldiers|dancers|singers|pupils] stand in [rows|lines|groups] of {b}. How many are [in the last, shorter one|left over|in the short row]? :: There are {r} left over.
a*b :: A [pattern|mosaic|quilt|wall] has {a} [rows|strips] of {b} [tiles|patches|stones]. How many [tiles|patches|stones] does it need? :: It needs {r}.
a*b*c :: A [storehouse|shop|cellar] has {a} shelves with {b} {k} on each shelf and {c} {o} in each {k.1}. How many {o} are there? :: There are {r} {o}.
a*b*c :: {a} {veh} carry {b} {k} each, and there are {c} {o} in a {k.1}. How many {o} are carried? :: {r} {o} are carried.
a*b*c :: {a} {g} work {b} hours for {$c} an hour each. What do they earn together? :: They earn {$r}.
a*b/c :: {a} {g} [bring|lay|pick|carry] {b} {o} each, and {c} {o} fill a {k.1}. How many {k} are full? :: {r} {k} are full.
a*b%c :: {a} {g} [bring|lay|pick|carry] {b} {o} each, and {c} {o} fill a {k.1}. How many {o} are left over? :: {r} {o} are left over.
(a+b)*c :: {a} {o} and {b} {p} [need|eat|get|cost] {c} [treats|coins|stamps|minutes] each. How many [treats|coins|stamps|minutes] is that? :: That is {r}.
(a+b)/c :: Two [classes|teams|groups] of {a} and {b} [children|players|people] [go by|share] [boats|cars|tents] for {c} each. How many are [completely|] full? :: {r} are full.
(a+b)%c :: Two [classes|teams|groups] of {a} and {b} [children|players|people] [go by|share] [boats|cars|tents] for {c} each. How many people are left over? :: {r} are left over.
(a-b)*c :: {a} [runners|pupils|players] start and {b} [give up|drop out|go home]. The others get {c} [medals|points|coins] each. How many is that? :: That is {r}.
(a-b)/c :: {b} of {a} [flyers|papers|posters|cards] are [kept|lost|spoiled]. {c} {g} deliver the others, each the same number. How many does each deliver? :: Each delivers {r}.
"""


def parse(text):
    """-> (seen, held): lists of (expression, question template, answer template)"""
    seen, held = [], []
    for line in text.strip().splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            (held if held_out(line) else seen).append(tuple(part.strip() for part in line.split("::")))
    return seen, held


SEEN, HELD = parse(SITUATIONS)
