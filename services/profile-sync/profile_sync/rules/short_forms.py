"""Usual short forms and spellings of given names in the United Kingdom: one group of equals a line."""

from __future__ import annotations

_GROUPS = """
abigail abi abby gail
abdul abdel abdal
adebola bola
ahmed ahmad ahmet
alan allan allen alun
albert al bert bertie
alexander alex sandy sasha alec lex xander
alexandra alex sandra sasha lexi
aleksandra ola
alessandro sandro
alessandra sandra
alfred alf alfie fred
alison allison ali
amanda mandy
andrew andy drew
angela angie ange
anne ann anna annie
anthony antony tony ant
arthur art
babatunde tunde
barbara barb babs
benjamin ben benji
bernadette bernie
bernard bernie
beverley beverly bev
bradley brad
cameron cam
caroline carol caz
catherine katherine kathryn katharine catharine cathy kathy kate katie cath kath kat kitty
charles charlie chas chuck
charlotte lottie charlie char
christine christina chris tina chrissie
christopher chris topher kit
clifford cliff
constance connie
daniel dan danny
david dave davey
deborah debra debbie deb debs
derek del
dominic dominick dom
donald don donny
dorothy dot dottie
douglas doug dougie
edward ed eddie ted teddy ned
eleanor elinor ellie nell
elizabeth elisabeth liz lizzie beth betty eliza libby lisa bess
emily em emmy
emma em
fatima fatimah fatma
frances fran francesca frankie
francis frank frankie fran
francisco paco
frederick fred freddie freddy
gabriel gabe
geoffrey jeffrey geoff jeff
georgina georgie
gerald gerry jerry
geraldine gerry geri
gillian gill jill
giuseppe beppe
graham graeme grahame
gregory greg
gwendolyn gwen
harold harry hal
harriet hattie
helen helena nell
henry harry hal
hussain hussein husain
ian iain
isaac ike zac
isabel isabelle isabella izzy bella
jacob jake
jacqueline jackie jacqui
james jim jimmy jamie jem
janet jan
jennifer jenny jen jenna
jessica jess jessie
joanne joanna jo
john jack johnny jon
jonathan jon jonny
jose pepe
joseph joe joey
josephine jo josie
joshua josh
judith judy jude
julia julie jules
katarzyna kasia
kathleen kath kathy kay
kenneth ken kenny
kevin kev
kimberley kimberly kim
krzysztof krzys
laura laurie
lawrence laurence larry laurie
leonard len lenny leo
leslie lesley les
lewis louis lew lou
linda lynda lyn lynn
louise lou
lucy lucie lu
malcolm mal
malgorzata gosia
margaret maggie peggy meg marge mags rita
maria mary marie
martin marty
matthew matt
maureen mo
maxwell maximilian max
megan meg
melanie mel
melissa mel
michael mike mick micky mikey
michelle shelley shell chelle
mitchell mitch
mohammed mohamed muhammad mohammad mohamad muhammed mohd mo
natalie nathalie nat
nathan nathaniel nat nate
nicholas nicolas nick nicky
nicola nicky nikki nic
nigel nige
oliver ollie olly
oluwaseun seun
pamela pam
patricia pat trish patsy tricia
patrick pat paddy
penelope penny
peter pete
philip phillip phil pip
rachel rachael rach
raymond ray
rebecca becky bex becca
reginald reg reggie
richard rick dick rich richie ricky
robert rob bob bobby robbie bert
robin rob
roger rog
ronald ron ronnie
rosemary rose rosie
roxanne roxy
russell russ
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sara sally
sharon shaz
sheila sheelagh shelagh
shirley shirl
simon si
sophie sophia soph
stanley stan
stephanie steph
stephen steven steve stevie
stewart stuart stu stew
susan sue susie suzie
suzanne susanne sue suzy
sydney sidney sid
temitope temi tope
terence terrence terry
theodore theo ted
theresa teresa terry tess tessa
thomas tom tommy
timothy tim
tobias toby
valerie val
veronica ronnie
victoria vicky vicki tori
vincent vince
vivienne viv
walter walt wally
wendy wend
wilfred wilf
william will bill billy liam
yusuf youssef yousuf yousef
yvonne von
zachary zac zack zach
"""


def _by_name() -> dict[str, frozenset[str]]:
    """Each name with all usual forms of it, itself among them."""
    forms: dict[str, frozenset[str]] = {}
    for group in _GROUPS.split("\n"):
        names = frozenset(group.split())
        for name in names:
            forms[name] = forms.get(name, frozenset()) | names
    return forms


_FORMS = _by_name()
_INITIALS = {name: frozenset(form[0] for form in forms) for name, forms in _FORMS.items()}


def one_name(left: str, right: str) -> bool:
    """Whether two folded given names are usual forms of one."""
    return right in _FORMS.get(left, ())


def usual_forms(name: str) -> frozenset[str]:
    """A folded given name and all usual forms of it."""
    return _FORMS.get(name) or frozenset({name})


def initials_of(name: str) -> frozenset[str]:
    """The letters with which a folded given name, or any usual form of it, begins."""
    return _INITIALS.get(name) or frozenset(name[:1])
