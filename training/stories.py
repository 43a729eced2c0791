"""Compositional stories: a first clause sets up a quantity, events change it, a question asks for the outcome.

Every combination of clause, event, question and order is possible, so the number of distinct sentence
skeletons is in the millions. The expression is built beside the text, so the answer is always exact.
"""
from training.environment import Bank

OWN_ONE = Bank("""
{S} <@gain> {a} {o}
{S} <@gain> {a} {o} [in the {L}|on {day}|at the {L}|]
[yesterday|today|last week|this year] {S} <@gain> {a} {o}
{S} <take> {a} {o} out of the {L}
{S} <be> the owner of {a} {o}
there <be:p> {a} {o} in {h} [bag|pocket|room|car|house|office|shop]
{a} {o} <belong:p> to {S}
{S} <have> {a} {o}
{S} <have> {a} {o} in [a|one] {k.1}
{S} <have> {a} {o} [at home|in {h} {L}|in stock|on hand|to begin with|at first|in the beginning]
{S} <own> {a} {o}
{S} <start> [with|off with|out with] {a} {o}
{S} <begin> [the {time.1}|] with {a} {o}
{S} <buy> {a} {o} [at the market|in the {L}|on {day}|]
{S} <pick> {a} {o}
{S} <collect> {a} {o}
{S} <gather> {a} {o} [in the {L}|]
{S} <make> {a} {o}
{S} <find> {a} {o} [in the {L}|]
{S} <get> {a} {o} [from {Q}|]
{S} <receive> {a} {o} [from {Q}|]
{S} <keep> {a} {o} in the {L}
{S} <order> {a} {o}
{S} <hold> {a} {o}
{S} <store> {a} {o} in the {L}
{S} <bring> {a} {o} to the {L}
{S} <carry> {a} {o}
{S} <save> {a} {o}
{S} <win> {a} {o}
{S} <take> {a} {o} to the {L}
{S} <prepare> {a} {o}
{S} <produce> {a} {o}
on {day}, {S} <have> {a} {o}
in {h} {L}, {S} <have> {a} {o}
there <be:p> {a} {o} in {h} {L}
{S} <possess> {a} {o}
in {month}, {S} <acquire> {a} {o}
{h} collection <contain:3> {a} {o}
{S} <harvest> {a} {o}
{S} <come> home with {a} {o}
""")

PLACE_ONE = Bank("""
[someone|{Q}|the {role.1}] <@gain:3> {a} {o} [for the {L}|in the {L}|]
there <be:p> {a} {o} in [the|a] {L}
there <be:p> {a} {o} [on the table|in a {k.1}|in the {k.1}|at the {L}|outside]
{a} {o} <be:p> in the {L}
a {k.1} <contain:3> {a} {o}
the {L} <have:3> {a} {o}
[the|a] {k.1} <hold:3> {a} {o}
a {org} <have:3> {a} {o} [in stock|]
the {org} <have:3> {a} {o}
{a} {o} <be:p> [sitting|waiting|lying|standing|stored|kept] in the {L}
in the {L} there <be:p> {a} {o}
a {org} <start:3> the {time.1} with {a} {o}
we [see|count|find] {a} {o} in the {L}
there [used to be|were] {a} {o} in the {L}
at the {L}, there <be:p> {a} {o}
a total of {a} {o} <be:p> kept in the {L}
the {L} <be:3> home to {a} {o}
inside the {k.1} <be:p> {a} {o}
someone counted {a} {o} at the {L}
""")

OWN_PRODUCT = Bank("""
{S} <@gain> {a} {k} with {b} {o} [in each|each]
{S} <@gain> {b} {o} [each|every|per|a] {time.1} for {a} {time}
{S} <@gain> {a} {k} of {b} {o} each
{S} <have> {a} {k} with {b} {o} [in each|each|in every {k.1}|per {k.1}|inside each one]
{S} <have> {a} {k} of {b} {o} [each|]
{S} <have> {a} {k}, and each {k.1} [has|holds|contains] {b} {o}
{S} <have> {a} {k}. Each [{k.1}|one|of them] [has|holds|contains|is filled with] {b} {o}
{S} <buy> {a} {k} [of|with|containing] {b} {o} each
{S} <buy> {a} {k} and each contains {b} {o}
{S} <fill> {a} {k} with {b} {o} [each|apiece|in each]
{S} <put> {b} {o} [in|into|on] each of {a} {k}
{S} <place> {b} {o} [in|on] each of [the|{h}] {a} {k}
{S} <make> {b} {o} [a|per|every|each] {time.1} for {a} {time}
{S} <collect> {b} {o} [each|every] {time.1} for {a} {time}
for {a} {time}, {S} <pick> {b} {o} [each|every|a|per] {time.1}
every {time.1} {S} <produce> {b} {o}, and {s} <do> this for {a} {time}
{S} <arrange> {h} {o} in {a} rows of {b} [each|]
{S} <arrange> {o} in {a} rows with {b} {o} in each row
{S} <order> {a} {k} of {o} with {b} in each
{S} <get> {b} {o} from each of {a} {g}
{S} <get> {a} {k} of {o}, [each with|with] {b} {o} in every {k.1}
{S} <plant> {a} rows of {b} {o}
{S} <pack> {b} {o} into each of {a} {k}
{a} {g} each give {m} {b} {o}
each of {h} {a} {k} [holds|has|contains] {b} {o}
{S} <receive> {a} {k}, each [holding|containing|having] {b} {o}
{S} <unload> {a} {k} that [each hold|hold] {b} {o} [apiece|each]
{S} <stack> {a} {k}, every one with {b} {o} inside
over {a} {time}, {S} <assemble> {b} {o} each {time.1}
{S} <own> {a} {k}; in every {k.1} there are {b} {o}
""")

PLACE_PRODUCT = Bank("""
there <be:p> {a} {k} with {b} {o} [in each|each|in every {k.1}|per {k.1}]
there <be:p> {a} {k} of {b} {o} [each|] in the {L}
there <be:p> {a} {k} in the {L}, and each [one|{k.1}|] [has|holds|contains] {b} {o}
there <be:p> {a} {k} in the {L}. Each [one|{k.1}|of them] [has|holds|contains] {b} {o}
each of [the|] {a} {k} [has|holds|contains] {b} {o}
each {k.1} [has|holds|contains] {b} {o} and there are {a} {k}
a {L} has {a} rows [of|with] {b} {o} [each|in each row|]
{a} {k} [contain|hold|have] {b} {o} each
one {k.1} holds {b} {o}. There are {a} [such|of these|] {k}
a {org} [makes|produces|gets|receives] {b} {o} [a|per|each|every] {time.1} for {a} {time}
a {org} receives {a} {k} of {o}, with {b} [{o}|] in each [{k.1}|]
{a} {g} [bring|carry|have|make|buy|need] {b} {o} each
each of {a} {g} [has|brings|makes|gets|buys] {b} {o}
every {g.1} [has|brings|makes|gets|needs] {b} {o}, and there are {a} {g}
a {k.1} holds {b} {o}, and [there are|the {L} has] {a} {k}
{b} {o} fit in [a|one|each] {k.1}, and there are {a} [full|] {k}
the {L} has {a} {k} and every {k.1} [has|holds] {b} {o}
a delivery of {a} {k} arrives at the {L}, with {b} {o} packed in each
{a} {k} stand in the {L}, each loaded with {b} {o}
a machine turns out {b} {o} per {time.1} and runs for {a} {time}
with {b} {o} to a {k.1}, {a} {k} are filled
""")

OWN_SUM = Bank("""
{S} <@gain> {a} {o} on {day} and {b} [more|] on {day2}
{S} <@gain> {a} {o} [first|yesterday|in the morning] and {b} [more|] [later|today|in the evening]
{S} <@gain> {a} {adj} {o} and {b} {adj2} ones
{S} <have> {a} {adj} {o} and {b} {adj2} {o}
{S} <have> {a} {adj} and {b} {adj2} {o}
{S} <have> {a} {o} in one {k.1} and {b} in [another|the other]
{S} <buy> {a} {o} on {day} and {b} [more|] on {day2}
{S} <make> {a} {o} in the morning and {b} in the [afternoon|evening]
{S} <find> {a} {o} in the {L} and {b} [{o}|] in the {M}
{S} <collect> {a} {o} in {month} and {b} in {month2}
{S} <get> {a} {o} from {Q} and {b} from {R}
{Q} <give:3> {m} {a} {o}, and {R} <give:3> {m} {b}
{S} <gather> {a} {o} before lunch and {b} after lunch
{S} <count> {a} {o} on the left and {b} on the right
""")

PLACE_SUM = Bank("""
there <be:p> {a} {adj} {o} and {b} {adj2} {o} [in the {L}|]
there <be:p> {a} {o} in the {L} and {b} [{o}|] in the {M}
one {k.1} [has|holds] {a} {o} and [another|the other|a second one] [has|holds] {b}
the {L} <have:3> {a} {o}, and the {M} <have:3> {b}
a {org} [made|bought|received|got] {a} {o} on {day} and {b} on {day2}
{Q} <have:3> {a} {o} and {R} <have:3> {b} [{o}|]
{Q} <pick:3> {a} {o} and {R} <pick:3> {b} [{o}|]
{Q} <bring:3> {a} {o}, and {R} <bring:3> {b}
{Q} and {R} <have:p> {a} and {b} {o}
{a} {o} <belong:p> to {Q} and {b} to {R}
there <be:p> {a} {o} on the first {k.1} and {b} on the second
{a} {o} <arrive:p> in {month} and {b} <arrive:p> in {month2}
""")

OWN_GAIN = Bank("""
{s} <@gain> {x} more [{o}|]
{s} <@gain> {x} more
{s} [also|later|then] <@gain> {x} more [{o}|]
{s} <@gain> [another|an additional|a further|an extra] {x} [{o}|]
{s} <@gain> {x} [new|extra|additional|further|other] [{o}|ones]
{Q} <leave:3> {m} [another|a further|] {x} [{o}|more]
{s} <buy> {x} more [{o}|]
{s} <get> {x} more [{o}|] [from {Q}|]
{s} <find> {x} more [{o}|] [in the {L}|]
{s} <buy> [another|an additional|an extra] {x} [{o}|]
{s} <receive> {x} more [{o}|] [from {Q}|as a gift|]
{s} <make> {x} more [{o}|]
{s} <pick> up {x} more
{s} <win> {x} more [{o}|] [in a game|]
{s} <add> {x} more [{o}|] [to the {k.1}|to {h} collection|]
{s} <collect> {x} more [{o}|]
{s} <earn> {x} more
{s} <borrow> {x} [{o}|more] from {Q}
{s} <order> {x} more [{o}|]
{s} <take> in {x} more
{s} <pick> {x} more [{o}|]
{s} later <get> {x} [other ones|others|more]
{Q} <give:3> {m} {x} more [{o}|]
{Q} <give:3> {m} {x} [{o}|of {h} own]
{Q} <bring:3> {m} {x} more [{o}|]
{Q} <send:3> {m} {x} more [{o}|]
{Q} <hand:3> {m} [another|] {x} [{o}|]
{Q} <lend:3> {m} {x} [{o}|]
{x} more [{o}|] <be:p> [added|given to {m}|delivered]
{x} new [{o}|ones] <arrive:p>
{x} more <come:p> in
{s} <be> given {x} more [{o}|] [by {Q}|]
{s} <obtain> a further {x} [{o}|]
{Q} <mail:3> {m} {x} [extra|additional] {o}
{s} <discover> {x} more behind the {L}
{h} stock grows by {x}
{s} <purchase> {x} more of them
""")

PLACE_GAIN = Bank("""
[someone|{Q}|the {role.1}] <@gain:3> {x} more [{o}|]
[someone|{Q}|the {role.1}] <@gain:3> [another|an additional|a further|an extra] {x} [{o}|]
{x} more [{o}|] <be:p> [added|delivered|brought in|put in|placed there|found|bought|made]
{x} more [{o}|] <arrive:p> [later|on {day}|]
{x} more [{o}|] <come:p> [in|along|]
[someone|{Q}] <add:3> {x} more [{o}|]
[someone|{Q}|the {role.1}] <bring:3> {x} more [{o}|]
[someone|{Q}|the {role.1}] <put:3> {x} more [{o}|] [in|there|into it]
another {x} [{o}|] <be:p> [added|delivered|brought|put there]
{x} other {o} <join:p> them
{x} new [{o}|ones] <be:p> added
then {x} more [{o}|] <be:p> [added|brought in]
a {veh.1} <bring:3> {x} more [{o}|]
a further {x} [{o}|] <turn:p> up
the number of {o} [rises|increases|goes up] by {x}
{Q} <drop:3> off {x} more
""")

OWN_LOSS = Bank("""
{s} <@loss> {x} [{o}|of them|]
{s} <@loss> {x} of them
{s} <@loss> {x} [{o}|]
{s} <@loss> {x} of {h} {o}
{x} [of them|{o}|] <be:p> {lost}
{x} of {h} {o} <be:p> {lost}
{Q} <@loss:3> {x} of them
{s} <give> {x} [{o}|of them|] to {Q}
{s} <give> {Q} {x} [{o}|of them|]
{s} <give> away {x} [{o}|of them|]
{s} <sell> {x} [{o}|of them|]
{s} <lose> {x} [{o}|of them|]
{s} <use> {x} [{o}|of them|] [for a project|]
{s} <eat> {x} [{o}|of them|]
{s} <throw> away {x} [{o}|of them|]
{s} <break> {x} [{o}|of them|]
{s} <donate> {x} [{o}|of them|] [to the {L}|to charity|]
{s} <send> {x} [{o}|of them|] to {Q}
{s} <lend> {x} [{o}|of them|] to {Q}
{s} <drop> {x} [{o}|of them|]
{s} <spend> {x} [{o}|of them|]
{s} <return> {x} [{o}|of them|]
{s} <trade> away {x} [{o}|of them|]
{s} <remove> {x} [{o}|of them|]
{s} <leave> {x} [{o}|of them|] at the {L}
{s} <hand> out {x} [{o}|of them|]
{s} <take> out {x} [{o}|of them|]
{s} <ship> {x} [{o}|of them|]
{s} <discard> {x} [{o}|of them|]
{x} [{o}|of them|] <break:p>
{x} of them <be:p> [stolen|sold|lost|broken|damaged|given away|eaten|used|rotten|spoiled|thrown away]
{x} [{o}|] <be:p> [stolen|sold|lost|broken|damaged|given away|used|returned|destroyed]
{x} [{o}|] <go:p> missing
{Q} <take:3> {x} [{o}|of them|] [away|]
{Q} <eat:3> {x} [{o}|of them|]
{Q} <borrow:3> {x} [{o}|of them|]
{Q} <steal:3> {x} [{o}|of them|]
{Q} <buy:3> {x} [{o}|of them|] from {m}
{s} <share> {x} [{o}|of them|] with {Q}
{s} <misplace> {x} of them
{s} <pass> {x} [{o}|] on to {Q}
{x} of them <turn:p> out to be [bad|faulty|useless]
{s} <toss> out {x} [{o}|]
{Q} <walk:3> off with {x} of them
""")

PLACE_LOSS = Bank("""
{x} [of them|{o}|] <be:p> {lost}
{x} of the {o} <be:p> {lost}
[someone|{Q}|the {role.1}] <@loss:3> {x} [{o}|of them]
{x} [{o}|of them|] <be:p> [sold|taken away|removed|taken|stolen|eaten|used|lost|broken|given away|thrown away|damaged|shipped|picked up|moved]
{x} [{o}|of them|] <leave:p>
{x} [{o}|of them|] <go:p> [away|missing]
{x} [{o}|of them|] <break:p>
[someone|{Q}|the {role.1}] <take:3> {x} [{o}|of them|] [away|out|]
[someone|{Q}|the {role.1}] <remove:3> {x} [{o}|of them|]
[someone|{Q}|the {role.1}] <buy:3> {x} [{o}|of them|]
[someone|{Q}|the {role.1}] <use:3> {x} [{o}|of them|]
[someone|{Q}|the {role.1}] <eat:3> {x} [{o}|of them|]
{x} [{o}|of them|] <disappear:p>
then {x} [{o}|of them|] <be:p> [taken out|removed|sold]
{x} [{o}|of them|] <fall:p> [off|out|over]
{x} [{o}|of them|] <have:p> to be [thrown away|returned|replaced]
{x} of them <be:p> carried off
the number of {o} [falls|drops|goes down|decreases] by {x}
{x} of them <vanish:p> [overnight|]
""")

OWN_GAIN_PRODUCT = Bank("""
{s} <buy> {x} [more|] {k} [of|with] {y} [{o}|] each
{s} <buy> {x} [more|] {k} with {y} {o} in each
{s} <get> {x} {k} of {y} [more|] {o} [each|]
{s} <find> {x} {k} with {y} {o} each
{Q} <give:3> {m} {x} {k} of {y} {o} each
{s} <make> {y} more [each|every|a] {time.1} for {x} {time}
{s} <receive> {y} [more|{o}] from each of {x} {g}
{s} <add> {y} more [{o}|] [each|every] {time.1} for {x} {time}
{s} <purchase> {x} {k}, each holding {y} {o}
""")

OWN_LOSS_PRODUCT = Bank("""
{s} <give> {y} [{o}|] to each of {h} {x} {g}
{s} <give> {y} [{o}|] to each of {x} {g}
{s} <give> {x} {g} {y} [{o}|] each
{s} <sell> {x} {k} of {y} [{o}|] [each|]
{s} <use> {y} [{o}|of them] [a|each|every|per] {time.1} for {x} {time}
{s} <eat> {y} [{o}|of them] [a|each|every|per] {time.1} for {x} {time}
{s} <fill> {x} {k} with {y} [{o}|] each
{s} <put> {y} of them in each of {x} {k}
{x} {g} [each|] take {y} [{o}|] [each|]
{s} <hand> {y} [{o}|] to every one of {x} {g}
{s} <lose> {y} [every|per] {time.1} over {x} {time}
""")

Q_TOTAL = Bank("""
how many {o} <do> {S} have [now|in total|altogether|in all|all together|then|at the end|in the end|]
how many {o} [does|will|would] {S} have [now|in total|altogether|in all|]
how many {o} are there [now|in total|altogether|in all|all together|]
how many [in total|altogether|in all]
what is the total number of {o}
what is the total
how many {o} is that [in total|altogether|in all|]
how many {o} <do> {S} [end up with|have in the end|now have]
what number of {o} <do> {S} have [now|]
how many <do> {S} have [now|in total|altogether|]
how large is {h} collection [now|]
how many {o} does that make
what's the total count of {o}
{S} now <have> how many {o}
""")

Q_TOTAL_PLACE = Bank("""
how many {o} are there [now|in total|altogether|in all|all together|]
how many {o} are in the {L} [now|in total|altogether|]
how many [in total|altogether|in all|are there now|are there]
what is the total number of {o}
what is the total
how many {o} is that [in total|altogether|in all|]
what is the number of {o} [now|]
how many {o} does that make [in total|]
what's the total count of {o}
how many {o} can be counted [now|altogether]
""")

Q_LEFT = Bank("""
how many {o} <do> {S} have [left|left over|now|remaining|still|then|at the end|]
how many {o} are [left|remaining|left over]
how many {o} remain
how many are [left|remaining]
how many [remain|are there now]
how many <do> {S} [still have|have left|now have|have now|keep]
how many {o} <do> {S} [have left|still have]
what is left
how many {o} will {S} have [left|]
how many {o} <do> {S} [end up with|still have]
what number of {o} [is left|remains]
how many {o} has {S} got left
how many {o} stay with {S}
what quantity of {o} is left
""")

Q_LEFT_PLACE = Bank("""
how many {o} are [left|remaining|left over|still there|there now]
how many {o} remain [in the {L}|]
how many are [left|remaining|still there]
how many [remain|are there now]
what is left
how many {o} are left in the {L}
how many {o} are still in the {L}
what number of {o} [is left|remains]
how many {o} does that leave
what quantity of {o} is left
""")

I_TOTAL = Bank("""
how many {o} {S} <have> [now|in total|altogether|]
how many {o} there are [now|in total|altogether|]
the total number of {o}
the total
the number of {o} in all
""")
I_LEFT = Bank("""
how many {o} [are left|remain]
how many {o} {S} <have> left
the number of {o} [left|remaining|that remain]
the remaining number of {o}
""")
ASK = Bank("""
find
find out
calculate
compute
work out
tell me
determine
figure out
[please|] tell me
can you [tell me|find|calculate|work out]
I want to know
I need to know
[please|] give
let me know
report
""")

A_TOTAL = ["{S} <have> {r} {o} [now|in total|].", "There are {r} {o} [in total|altogether|now].", "That makes {r} {o}.",
           "In total there are {r} {o}.", "The total is {r}."]
A_TOTAL_PLACE = ["There are {r} {o} [in total|altogether|now].", "That makes {r} {o}.", "In total there are {r} {o}.",
                 "The total is {r}."]
A_LEFT = ["{S} <have> {r} {o} left.", "There are {r} {o} left.", "{r} {o} remain.", "That leaves {r} {o}."]
A_LEFT_PLACE = ["There are {r} {o} left.", "{r} {o} remain.", "That leaves {r} {o}.", "{r} {o} are left."]

# Last steps: (kind, clause, question, indirect question, answers, operator)
PRICE = Bank("""
each {o.1} [costs|sells for|is sold for|is worth] {$x}
each [one|] costs {$x}
one {o.1} [costs|is worth|sells for] {$x}
the price of [one|each|a] {o.1} is {$x}
every {o.1} [costs|is worth] {$x}
they cost {$x} [each|apiece|per piece]
{o} cost {$x} each
{o} sell for {$x} [each|apiece]
{$x} [is|must be] paid for each {o.1}
each {o.1} goes for {$x}
""")
Q_PRICE = Bank("""
how much [is that|do they cost|is it|are they worth|does it cost|money is that] [in total|altogether|in all|]
what is the total [cost|price|value|amount]
how much do all the {o} cost
how much are [they|all of them|the {o}] worth [altogether|in total|]
what do they cost [together|in total|altogether|in all]
how much [money|] in total
what [are|is] [the {o}|all of that] worth
what does everything come to
how big is the bill
""")
I_PRICE = Bank("""
the total [cost|price|value]
how much [they cost|that is] [in total|altogether]
what all of them cost
""")
A_PRICE = ["The total cost is {$r}.", "That is {$r} in total.", "They cost {$r}.", "Altogether that comes to {$r}."]

PARTS = Bank("""
each {o.1} [has|contains|holds|comes with|needs|gets] {x} {p}
every {o.1} [has|contains|holds|needs] {x} {p}
there are {x} {p} [in|on|for] [each|every] {o.1}
each [of them|one] [has|holds|gets|contains] {x} {p}
{x} {p} are attached to every {o.1}
""")
Q_PARTS = Bank("""
how many {p} are there [in total|altogether|in all|]
how many {p} [is that|does that make] [in total|altogether|in all|]
what is the total number of {p}
how many {p} [in total|altogether|in all]
how many {p} are [needed|there]
how many {p} do all the {o} have together
""")
A_PARTS = ["There are {r} {p} in total.", "That makes {r} {p}.", "In total there are {r} {p}."]

WEIGHT = Bank("""
each {o.1} weighs {x} {weight}
one {o.1} weighs {x} {weight}
each [of them|one] weighs {x} {weight}
the weight of [each|one] {o.1} is {x} {weight}
a single {o.1} has a weight of {x} {weight}
""")
Q_WEIGHT = Bank("""
how much do [they|the {o}|all the {o}] weigh [together|altogether|in total|]
what is the total weight
how many {weight} do they weigh [in all|together|]
what do they weigh together
how heavy are they [all together|in total|together]
how many {weight} is that
""")
A_WEIGHT = ["The total weight is {r} {weight}.", "Together they weigh {r} {weight}.", "They weigh {r} {weight}."]

SHARE = Bank("""
{s} <share> them [equally|evenly|fairly|] [among|between] {x} {g}
{s} <divide> them [equally|evenly] among {x} {g}
{s} <split> them [equally|evenly] [among|between] {x} {g}
{s} <give> the same number to each of {x} {g}
{s} <distribute> them [equally|evenly] [among|to] {x} {g}
they are [shared|divided|split|distributed] [equally|evenly] among {x} {g}
{x} {g} [share|split|divide] them [equally|evenly|]
{x} {g} want to share them [equally|evenly]
{s} <hand> them out [equally|evenly] to {x} {g}
each of {x} {g} gets the same number
{x} {g} get equal shares [of them|]
{s} <deal> them out evenly to {x} {g}
""")
Q_SHARE = Bank("""
how many [{o}|] does each [{g.1}|one|of them|person] [get|receive|have]
how many [{o}|] will each [{g.1}|one|person] [get|receive|have]
how many {o} [are there|] per {g.1}
how many {o} are there for each {g.1}
how many [{o}|] do the {g} get each
what does each {g.1} get
how many whole {o} does each {g.1} get
what is the share of each {g.1}
how many {o} end up with each {g.1}
""")
I_SHARE = Bank("""
how many [{o}|] each {g.1} [gets|receives]
the number of {o} [per|for each] {g.1}
the share of each {g.1}
""")
A_SHARE = ["Each {g.1} gets {r} {o}.", "Each one gets {r}.", "Every {g.1} receives {r} {o}.", "That is {r} {o} each."]
Q_REST = Bank("""
how many [{o}|] are left over
how many [{o}|] are left
how many [{o}|] remain
how many [{o}|] will be left [over|]
how many {o} are not [shared|used|included|handed out]
what is the remainder
how many [extra|leftover|remaining] {o} are there
how many [{o}|] [do not fit|don't fit|cannot be shared evenly]
what is left over
what number of {o} cannot be given out
how many spare {o} are there at the end
""")
I_REST = Bank("""
how many [{o}|] are left [over|]
the number of [{o} left over|leftover {o}|{o} that remain]
the remainder
how many {o} stay behind
""")
A_REST = ["There are {r} {o} left over.", "{r} {o} are left over.", "That leaves {r} {o}.", "The remainder is {r}."]

PACK = Bank("""
{s} <pack> them [in|into] {k} of {x} [each|]
{s} <put> them [in|into] {k} of {x} [each|]
{s} <put> {x} [{o}|of them|] [in|into] each {k.1}
{s} <put> {x} {o} in a {k.1}
{s} <place> {x} [{o}|] in [each|every] {k.1}
{s} <want> to put {x} [{o}|] in each {k.1}
{s} <sort> them into {k} of {x}
{s} <arrange> them in {k} of {x}
{s} <group> them into {k} of {x}
{s} <make> {k} [of|with] {x} {o} [each|]
each {k.1} [holds|can hold|fits|takes|contains|has room for] {x} [{o}|]
{x} {o} fit [in|into] [each|one|a] {k.1}
they are packed [in|into] {k} of {x}
they are put into {k} with {x} [{o}|] in each
{o} come in {k} of {x}
a {k.1} [holds|can hold|has space for] {x} [{o}|]
{x} {o} go [in|into|on] [each|every|a|one] {k.1}
it takes {x} {o} to fill [a|one] {k.1}
{s} <load> them onto {k} that take {x} each
a {k.1} is full with {x} of them
{k} with room for exactly {x} {o} are used
""")
Q_PACK = Bank("""
how many [full|complete|whole] {k} [<do> {S} get|are there|are filled|can be filled|can {s} fill|is that|<do> {s} have]
how many {k} can {S} [fill|make|pack] [completely|]
how many {k} [are needed|are full|are there|will there be|can be made|does that make]
how many [full|] {k} will {S} have
how many {k} <do> {S} fill
how many {k} of {o} [are there|<do> {S} have|can {s} make]
how many full {k}
what number of {k} can be filled completely
how many {k} end up full
""")
I_PACK = Bank("""
how many [full|complete|] {k} [there are|{S} can fill|can be filled]
the number of [full|complete] {k}
how many {k} get filled
""")
A_PACK = ["There are {r} full {k}.", "{r} {k} can be filled.", "That makes {r} full {k}.", "{S} can fill {r} {k}."]

SPLIT = Bank("""
{s} <split> them [equally|evenly] into {x} {k}
{s} <divide> them [equally|evenly] [into|among|between] {x} {k}
{s} <put> them [equally|evenly] in {x} {k}
{s} <put> the same number in each of {x} {k}
{s} <arrange> them in {x} equal rows
they are [divided|split|put|spread] [equally|evenly] [into|over|among] {x} {k}
there are {x} {k}, each with the same number
{s} <spread> them over {x} {k} so that each has the same number
""")
Q_SPLIT = Bank("""
how many [{o}|] are [there|] in each [{k.1}|one]
how many [{o}|] go [in|into] each {k.1}
how many [{o}|] does each [{k.1}|one] [hold|have|contain|get]
how many [{o}|] per {k.1}
how many {o} will [each {k.1} have|be in each {k.1}]
what does a single {k.1} hold
""")
A_SPLIT = ["There are {r} {o} in each {k.1}.", "Each {k.1} holds {r} {o}.", "Each {k.1} has {r} {o}."]

USE = Bank("""
{s} <use> {x} [{o}|of them|] [a|each|every|per] {time.1}
{s} <eat> {x} [{o}|of them|] [a|each|every|per] {time.1}
{s} <need> {x} [{o}|of them|] [a|each|every|per|for each] {time.1}
{x} [{o}|of them|] are used [up|] [a|each|every|per] {time.1}
{s} <go> through {x} of them [each|every] {time.1}
""")
Q_USE = Bank("""
how many [full|whole|] {time} will they last
[for|] how many {time} do they last
how many {time} [will the {o} last|does the supply last]
for how many full {time} are there enough {o}
for how many complete {time} is there enough
""")
A_USE = ["They last {r} {time}.", "They will last for {r} {time}.", "That is enough for {r} {time}."]

TIMES = Bank("""
{Q} <have:3> {x} times as many [{o}|]
{Q} <have:3> {x} times [that many|that number|that amount|as much]
{Q} <get:3> {x} times as many [{o}|]
{Q} <own:3> {x} times as many [{o}|] as {S}
{h} neighbor <have:3> {x} times that many {o}
""")
Q_TIMES = Bank("""
how many [{o}|] <do:3> {Q} have
how many {o} <be:p> {Q}'s
what number of {o} <do:3> {Q} have
how many {o} are in the hands of {Q}
""")
A_TIMES = ["{Q} <have:3> {r} {o}.", "{Q} <have:3> {r} of them.", "That makes {r} {o}."]

GROW = Bank("""
[the number of {o}|that number|this number] [is multiplied by|grows by a factor of|becomes] {x} [times as large|]
the number of {o} is multiplied by {x}
the number of {o} grows {x} times [larger|as large]
the count is then multiplied by {x}
""")

FINALS = {
    # name: (clause, question, indirect, answers, operator)
    "price": (PRICE, Q_PRICE, I_PRICE, A_PRICE, "*"),
    "parts": (PARTS, Q_PARTS, None, A_PARTS, "*"),
    "weight": (WEIGHT, Q_WEIGHT, None, A_WEIGHT, "*"),
    "times": (TIMES, Q_TIMES, None, A_TIMES, "*"),
    "share": (SHARE, Q_SHARE, I_SHARE, A_SHARE, "/"),
    "share_rest": (SHARE, Q_REST, I_REST, A_REST, "%"),
    "pack": (PACK, Q_PACK, I_PACK, A_PACK, "/"),
    "pack_rest": (PACK, Q_REST, I_REST, A_REST, "%"),
    "split": (SPLIT, Q_SPLIT, None, A_SPLIT, "/"),
    "split_rest": (SPLIT, Q_REST, I_REST, A_REST, "%"),
    "use": (USE, Q_USE, None, A_USE, "/"),
    "use_rest": (USE, Q_REST, I_REST, A_REST, "%"),
}
FINAL_NAMES = ["price"] * 3 + ["parts", "weight", "times", "times"] + ["share"] * 3 + ["share_rest"] * 4 + \
    ["pack"] * 4 + ["pack_rest"] * 4 + ["split"] * 2 + ["split_rest"] * 2 + ["use", "use", "use_rest"]


def wrap(expr):
    """Parenthesise a sum before multiplying or dividing it."""
    return f"({expr})" if "+" in expr or "-" in expr else expr


def plan(env):
    """Choose clauses. -> (expr, first clause, [later clauses], question, indirect question, answers, is_loss)"""
    own = env.random() < 0.62
    if own:
        env.set_subject()
    r = env.random()
    letters = iter("bcde")
    if r < 0.42:
        first, expr = env.choose(OWN_ONE if own else PLACE_ONE), "a"
    elif r < 0.80:
        first, expr = env.choose(OWN_PRODUCT if own else PLACE_PRODUCT), "a*b"
        next(letters)
    else:
        first, expr = env.choose(OWN_SUM if own else PLACE_SUM), "a+b"
        next(letters)
    room = 2 if expr == "a" else 1
    if expr != "a" and env.random() < 0.35:
        room = 0
    elif expr == "a" and env.random() < 0.55:
        room = 1
    later, loss, final = [], False, None
    while room:
        kind = env.random()
        if room == 1 and kind < 0.5:
            final = env.pick(FINAL_NAMES)
            if final in ("times",) and not own:
                final = "price"
            clause = env.choose(FINALS[final][0])
            x = next(letters)
            later.append(clause.replace("{x}", "{" + x + "}").replace("{$x}", "{$" + x + "}"))
            expr = f"{wrap(expr)}{FINALS[final][4]}{x}"
            break
        if room == 2 and kind < 0.22 and own:
            loss = env.random() < 0.5
            clause = env.choose(OWN_LOSS_PRODUCT if loss else OWN_GAIN_PRODUCT)
            x, y = next(letters), next(letters)
            later.append(clause.replace("{x}", "{" + x + "}").replace("{y}", "{" + y + "}"))
            expr = f"{expr}{'-' if loss else '+'}{x}*{y}"
            break
        loss = env.random() < 0.5
        bank = (OWN_LOSS if loss else OWN_GAIN) if own else (PLACE_LOSS if loss else PLACE_GAIN)
        x = next(letters)
        later.append(env.choose(bank).replace("{x}", "{" + x + "}"))
        expr = f"{expr}{'-' if loss else '+'}{x}"
        room -= 1
    if final:
        _, question, indirect, answers, _ = FINALS[final]
    elif loss:
        question, indirect = (Q_LEFT if own else Q_LEFT_PLACE), I_LEFT if own else None
        answers = A_LEFT if own else A_LEFT_PLACE
    else:
        question, indirect = (Q_TOTAL if own else Q_TOTAL_PLACE), I_TOTAL if own else None
        answers = A_TOTAL if own else A_TOTAL_PLACE
    return expr, first, later, question, indirect, answers, loss and not final


CONNECT = [". ", ". Then ", ". Later, ", ". Later ", ". After that, ", ". Next, ", ". Now ", ", and ", ", and then ", " and then ",
           "; ", ". The next day, ", " and ", ", then ", ". Afterwards, "]
CONNECT_LOSS = CONNECT + [", but ", ". However, ", " but ", ". Unfortunately, "]
CONNECT_FACT = [". ", ". ", ". ", ", and ", " and ", "; "]


def join(env, first, later, loss, fact):
    """The clauses in one text, in order, without the last full stop. `fact`: the last is no event."""
    text = env.say(first)
    for i, clause in enumerate(later):
        last = i == len(later) - 1
        link = CONNECT_FACT if fact and last else CONNECT_LOSS if loss and last else CONNECT
        text += env.pick(link) + env.say(clause)
    return text


def build(env):
    """-> (expression over letters, question template rendered except for numbers, answers)"""
    expr, first, later, question, indirect, answers, loss = plan(env)
    if env.numbers_for(expr) is None:
        return None
    fact = any(op in expr for op in "*/%") and bool(later)
    q = env.choose(question)
    form = env.random()
    if form < 0.60:
        text = env.say("[|||||||||Suppose |Imagine |Say ]") + join(env, first, later, loss, fact)
        text += ". " + env.say(q) + "?"
    elif form < 0.70:
        text = env.say("[If|If|If|When|Given that|Suppose] ") + join_and(env, first, later) + ", " + env.say(q) + "?"
    elif form < 0.79:
        asked = env.say(q)
        text = f"{asked} {env.say('[if|if|when|given that]')} {join_and(env, first, later)}?"
    elif form < 0.85 and later:
        text = join(env, first, later[:-1], False, False)
        text += ". If " + env.say(later[-1]) + ", " + env.say(q) + "?"
    elif form < 0.90 and later:
        text = join(env, first, later[:-1], False, False) + ". "
        text += env.say(q) + " if " + env.say(later[-1]) + "?"
    elif form < 0.94:
        text = join(env, first, later, loss, fact) + " - " + env.say(q) + "?"
    elif indirect is not None:
        ask = env.say(env.choose(ASK)) + " " + env.say(env.choose(indirect))
        if env.random() < 0.6:
            text = join(env, first, later, loss, fact) + ". " + ask + "."
        else:
            text = f"{ask} if {join_and(env, first, later)}."
    else:
        text = join(env, first, later, loss, fact) + ". " + env.say(q) + "?"
    return expr, text, answers


def join_and(env, first, later):
    parts = [env.say(first)] + [env.say(c) for c in later]
    parts = [p.replace(". ", " and ") for p in parts]
    if len(parts) == 1:
        return parts[0]
    return ", ".join(parts[:-1]) + env.pick([" and ", ", and ", " and then "]) + parts[-1]
