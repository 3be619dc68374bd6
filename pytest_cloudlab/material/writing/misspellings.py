"""Misspellings that are no word of English, with what was meant: only such as leave no doubt."""

from __future__ import annotations

from functools import cache

_PAIRS = """
abstration abstraction;
abbout about; abotu about; abreviation abbreviation; absense absence; acces access; accesible accessible;
accesing accessing; accomodate accommodate; accomodates accommodates; accross across; acessible accessible;
acheive achieve; acheived achieved; acheives achieves; actualy actually; acutally actually; adapater
adapter; addional additional; additionaly additionally; additonal additional; additonally additionally;
adress address; adressed addressed; adresses addresses; adressing addressing; agressive aggressive;
algorithim algorithm; algoritm algorithm; algorthm algorithm; algorythm algorithm; allready already;
allthough although; alot a lot; alredy already; altough although; ambigous ambiguous; amoung among; analize
analyse; anayltics analytics; anonymus anonymous; anwser answer; anwsers answers; aplication application;
apparant apparent; apparantly apparently; appearence appearance; applicaiton application; applicaton
application; appliction application; approch approach; appropiate appropriate; approriate appropriate;
aproach approach; aproximate approximate; aproximately approximately; aquire acquire; aquired acquired;
arbitary arbitrary; architechture architecture; arguement argument; arguements arguments; arround around;
artifical artificial; asigned assigned; assgined assigned; assigment assignment; assignement assignment;
assosiated associated; asynchonous asynchronous; asynchrounous asynchronous; atribute attribute; atributes
attributes; attatch attach; attatched attached; attemp attempt; autentication authentication; authenication
authentication; authentification authentication; authetication authentication; automatially automatically;
automaticaly automatically; automaticly automatically; avaiable available; avaible available; availabe
available; availaible available; availble available; availiable available; avalable available; avaliable
available; backround background; basicaly basically; basicly basically; beacuse because; becasue because;
becomming becoming; becuase because; befor before; beginer beginner; beginers beginners; begining beginning;
beleive believe; belive believe; benificial beneficial; benifit benefit; benifits benefits; betwen between;
bewteen between; boundry boundary; broswer browser; brower browser; buisness business; bussiness business;
calcuate calculate; calulate calculate; capabilites capabilities; catagories categories; catagory category;
catergory category; certian certain; challange challenge; challanges challenges; changable changeable;
charachter character; charcter character; cheching checking; choosen chosen; clasification classification;
classifcation classification; classifer classifier; cleint client; coefficent coefficient; collegue
colleague; collegues colleagues; colum column; colums columns; comand command; comands commands; commad
command; commited committed; commiting committing; commmand command; commong common; communciate
communicate; compability compatibility; comparision comparison; comparisions comparisons; compatability
compatibility; compatable compatible; compatiblity compatibility; compleatly completely; completley
completely; completly completely; componant component; componenet component; compontent component;
computting computing; concatinate concatenate; concious conscious; conditon condition; conecting connecting;
conection connection; confguration configuration; configration configuration; configuation configuration;
configuraton configuration; configurtion configuration; conneciton connection; connecton connection;
connnection connection; consistant consistent; consistenly consistently; consits consists; containter
container; contaner container; contanis contains; contian contain; contianer container; contianers
containers; contians contains; continer container; continous continuous; continously continuously;
continuosly continuously; contol control; contrller controller; controler controller; convenince
convenience; convertion conversion; convertions conversions; convienient convenient; convinient convenient;
corect correct; corectly correctly; coresponding corresponding; correclty correctly; correctlly correctly;
correspoding corresponding; corresponing corresponding; coudl could; craete create; creatd created;
credentails credentials; credentals credentials; credentiels credentials; criterias criteria; curent
current; curently currently; currenly currently; currentyl currently; currrent current; dafault default;
databse database; databses databases; datbase database; deafult default; decicion decision; decribe
describe; decribed described; decribes describes; defalut default; defauls defaults; defenition definition;
definately definitely; definetly definitely; definiton definition; definitons definitions; defintion
definition; defualt default; delimeter delimiter; depedencies dependencies; depedency dependency; depencies
dependencies; dependancies dependencies; dependancy dependency; dependecies dependencies; dependecy
dependency; dependendency dependency; deploment deployment; deployement deployment; deploymet deployment;
deply deploy; depoyment deployment; derictory directory; descibe describe; descibed described; desciption
description; descripton description; desination destination; desription description; destintation
destination; develope develop; developement development; developped developed; developpement development;
developper developer; developpers developers; devloper developer; diferent different; diferrent different;
diffcult difficult; differents different; differnt different; diffrent different; dificult difficult;
dimensionnal dimensional; dimention dimension; dimentions dimensions; dirctory directory; direcly directly;
direcory directory; direcotry directory; directores directories; directoy directory; diretory directory;
disapear disappear; discription description; dispaly display; displya display; disscuss discuss; distict
distinct; distirbuted distributed; distribtued distributed; ditinct distinct; docmentation documentation;
docuemnt document; docuemntation documentation; documantation documentation; documentaion documentation;
documention documentation; doens't doesn't; doesnt doesn't; donwload download; dosen't doesn't; dowload
download; downlaod download; downlod download; downloded downloaded; downoad download; draging dragging;
duing during; duplciate duplicate; durring during; dynamicaly dynamically; easilly easily; easyly easily;
effecient efficient; efficent efficient; efficently efficiently; eficient efficient; eigth eighth; elemant
element; elemetn element; embeded embedded; enabel enable; enbale enable; encapsualte encapsulate; encryted
encrypted; enought enough; envionment environment; enviornment environment; enviroment environment;
enviromental environmental; enviroments environments; environement environment; environemnt environment;
environnement environment; environnment environment; envrionment environment; equiped equipped; equivalant
equivalent; esential essential; essentialy essentially; estabilish establish; evalaute evaluate; evalute
evaluate; evaulation evaluation; eventhough even though; eventualy eventually; everthing everything;
everwhere everywhere; exaclty exactly; exactely exactly; examle example; exampel example; excecute execute;
excecuted executed; excercise exercise; excercises exercises; excersise exercise; excption exception;
exection execution; exectue execute; executeable executable; exellent excellent; exeption exception;
exersice exercise; exisiting existing; existance existence; existant existent; existsing existing; exmaple
example; expain explain; explaination explanation; explainations explanations; explenation explanation;
explicitely explicitly; explicitily explicitly; explictly explicitly; expresion expression; exsiting
existing; extenstion extension; extention extension; extentions extensions; extremly extremely; facilites
facilities; familar familiar; familliar familiar; feasable feasible; feild field; feilds fields; filesytem
filesystem; filname filename; finaly finally; finised finished; finnaly finally; flexability flexibility;
folllow follow; followng following; follwing following; folow follow; folowing following; folows follows;
forwading forwarding; forwared forwarded; fourty forty; foward forward; fowarding forwarding; freindly
friendly; frequenly frequently; fucntion function; funciton function; functionalites functionalities;
functionallity functionality; functionnality functionality; functon function; funtion function; funtions
functions; furthur further; futher further; futhermore furthermore; garantee guarantee; gaurantee guarantee;
generaly generally; generatd generated; genereate generate; genrate generate; grafical graphical; grammer
grammar; greatful grateful; guarentee guarantee; guidline guideline; guidlines guidelines; happend happened;
happenning happening; hardward hardware; harware hardware; heirarchy hierarchy; hierachy hierarchy; higest
highest; highligth highlight; hightlight highlight; hyperparamter hyperparameter; hyperparamters
hyperparameters; identifer identifier; identifing identifying; imediately immediately; immediatelly
immediately; immediatly immediately; implemenation implementation; implementaion implementation;
implemention implementation; implicitely implicitly; implmentation implementation; implmenting implementing;
improvment improvement; inacurate inaccurate; inclding including; includind including; inclued include;
incompatable incompatible; incorect incorrect; incorectly incorrectly; indentical identical; indepedent
independent; independant independent; independantly independently; indispensible indispensable; individualy
individually; infomation information; informaton information; infrastrcuture infrastructure; infrastrucutre
infrastructure; infrastucture infrastructure; inital initial; initalize initialise; initalized initialised;
initialy initially; initilize initialise; innacurate inaccurate; insall install; insalled installed; instace
instance; instad instead; instalation installation; instaled installed; installaton installation;
instanciate instantiate; instanciated instantiated; insted instead; instruciton instruction; instrucitons
instructions; instuction instruction; instuctions instructions; intall install; intance instance; intances
instances; inteface interface; integreated integrated; intepreter interpreter; interfact interface;
interpeter interpreter; interpretter interpreter; interract interact; interractive interactive; interrested
interested; intersting interesting; intial initial; intialize initialise; intialized initialised; intially
initially; introducion introduction; introdution introduction; intruction instruction; intructions
instructions; invokation invocation; irrelevent irrelevant; isntall install; isntance instance; itselfs
itself; jupter jupyter; juypter jupyter; jypyter jupyter; keybord keyboard; knowlegde knowledge; knowlege
knowledge; kuberenetes kubernetes; kubernetees kubernetes; kubernets kubernetes; kuberntes kubernetes;
labirary library; laguage language; langauge language; langauges languages; latence latency; learnig
learning; lengh length; lenght length; lenghts lengths; libary library; libraires libraries; libraray
library; liscense license; litle little; litteral literal; litterally literally; locaiton location; locallly
locally; localy locally; logarithim logarithm; machien machine; maching machine; maintainance maintenance;
maintanance maintenance; maintenence maintenance; managable manageable; managment management; mandatroy
mandatory; mangement management; manualy manually; mathmatical mathematical; matix matrix; maximim maximum;
maxium maximum; mecanism mechanism; mechansim mechanism; memeber member; memebers members; mesage message;
mesages messages; messsage message; mimimum minimum; minimun minimum; minium minimum; miniumum minimum;
mispell misspell; missmatch mismatch; mistery mystery; modfied modified; modifed modified; modifiy modify;
modle model; monitering monitoring; mulitple multiple; multible multiple; multiplicaton multiplication;
multipy multiply; multple multiple; mutiple multiple; naviagte navigate; navigte navigate; navitage
navigate; neccesary necessary; neccessarily necessarily; neccessary necessary; necesary necessary;
necessarilly necessarily; necessery necessary; neeed need; neeeded needed; nessecary necessary; netowrk
network; netwrok network; nework network; newtork network; newtwork network; normaly normally; notbook
notebook; notebok notebook; noteboook notebook; noteook notebook; noticable noticeable; numberic numeric;
obejct object; objetcs objects; ocasionally occasionally; occassion occasion; occassionally occasionally;
occurance occurrence; occured occurred; occurence occurrence; occurences occurrences; occuring occurring;
ocurred occurred; offical official; officialy officially; ommit omit; ommited omitted; onlly only; opeartion
operation; openning opening; operatoin operation; oportunity opportunity; opperation operation; optimisaton
optimisation; optimzation optimisation; optimze optimise; optionnal optional; optionnally optionally; optoin
option; orginal original; orginally originally; origianl original; orignal original; ouput output; ouputs
outputs; outher other; outptu output; overriden overridden; overwriten overwritten; overwritting
overwriting; pacakge package; packacge package; packge package; packges packages; pakage package; pakages
packages; paralel parallel; paralell parallel; parallell parallel; parallely in parallel; paramater
parameter; paramaters parameters; parameteres parameters; parametes parameters; parametter parameter;
paramter parameter; paramters parameters; parmeter parameter; parralel parallel; particualr particular;
particulary particularly; partion partition; passsword password; passwrod password; pasword password; peform
perform; peice piece; perfomance performance; perfomed performed; performace performance; performence
performance; permision permission; permisions permissions; permisson permission; permissons permissions;
persistance persistence; persistant persistent; pipleine pipeline; pipline pipeline; piplines pipelines;
plaform platform; platfrom platform; posible possible; possbile possible; possibilites possibilities;
possibilty possibility; possiblity possibility; potentialy potentially; practicaly practically; preceed
precede; preceeding preceding; precison precision; predicition prediction; predicitons predictions; prefered
preferred; preferrably preferably; prefferably preferably; prepair prepare; preperation preparation;
presense presence; previosly previously; previouly previously; previus previous; primative primitive;
priviledge privilege; priviledges privileges; privilige privilege; probabaly probably; probabilty
probability; probaly probably; problably probably; proccess process; proccessing processing; procedue
procedure; proceedure procedure; proces process; procesing processing; procesor processor; processsing
processing; progams programs; proivde provide; promt prompt; promts prompts; properites properties; propery
property; propogate propagate; protocal protocol; provde provide; provison provision; pubilc public;
publicaly publicly; pulbic public; pyhthon python; pyhton python; pythong python; pythonn python; pyton
python; quanitity quantity; querries queries; querry query; quesiton question; quesitons questions;
questionaire questionnaire; quikly quickly; randomely randomly; realease release; realy really; reccomend
recommend; reccommend recommend; reccommended recommended; recieve receive; recieved received; recieves
receives; recieving receiving; recognzie recognise; recomend recommend; recomended recommended; recommanded
recommended; recommed recommend; reconize recognise; recursivly recursively; redirecton redirection;
redundent redundant; referal referral; referece reference; refered referred; refering referring; refernce
reference; refrence reference; refrences references; registery registry; regresion regression; regristry
registry; regsitry registry; regulary regularly; relase release; releated related; relevent relevant; rember
remember; remeber remember; remmeber remember; remmember remember; repalce replace; repeatedely repeatedly;
repeatly repeatedly; replase replace; reponse response; reponses responses; reposiroty repository;
repositery repository; repositiory repository; repositoy repository; repositry repository; represention
representation; reproducability reproducibility; reproducable reproducible; repsository repository; reqest
request; reqeust request; requets requests; requierd required; requiered required; requiment requirement;
requirementes requirements; requirment requirement; requirments requirements; requries requires; reslut
result; resluts results; resouce resource; resouces resources; resourse resource; resourses resources;
responce response; respone response; responsability responsibility; responsiblity responsibility;
respository repository; resrouce resource; ressource resource; ressources resources; restaring restarting;
resutl result; retreive retrieve; retreived retrieved; retrive retrieve; retrived retrieved; retrun return;
returnes returns; reutrn return; rigth right; runing running; runnig running; runnning running; runtine
runtime; saftey safety; scalablity scalability; scalibility scalability; scenerio scenario; schedual
schedule; scheduele schedule; scipt script; scipts scripts; scirpt script; scritp script; secion section;
seciton section; secuirty security; secuity security; secund second; securty security; secutity security;
seelct select; selct select; seleciton selection; sensitve sensitive; sentance sentence; sentances
sentences; seperate separate; seperated separated; seperately separately; seperates separates; seperating
separating; seperation separation; seperator separator; sequencial sequential; sequentialy sequentially;
serach search; serivce service; servce service; serveral several; severl several; sevice service; sevices
services; shorcut shortcut; shortcust shortcuts; shoud should; shoudl should; shoudln't shouldn't; shoule
should; shuold should; signficant significant; significantlly significantly; similarily similarly; similary
similarly; similiar similar; simlar similar; simliar similar; simmilar similar; simpley simply; simpliest
simplest; simultaneosly simultaneously; simultanous simultaneous; sitll still; sofware software; solutoin
solution; somehting something; somethign something; someting something; somtimes sometimes; sotware
software; sould should; speach speech; specfic specific; specifc specific; specifed specified; specificaly
specifically; specificially specifically; specifiy specify; spliting splitting; sructure structure; stadard
standard; standart standard; standarts standards; statisitcs statistics; statment statement; statments
statements; stauts status; straighforward straightforward; straigthforward straightforward; strenght
strength; structre structure; strucutre structure; stucture structure; studens students; studnet student;
sturcture structure; subcribe subscribe; subscripton subscription; subseqent subsequent; subsitute
substitute; substract subtract; substracted subtracted; succed succeed; succeded succeeded; succefully
successfully; succes success; succesful successful; succesfull successful; succesfully successfully;
successfull successful; successfuly successfully; succint succinct; succintly succinctly; sucess success;
sucessful successful; sucessfully successfully; sucinctly succinctly; sugest suggest; suggesstion
suggestion; suggestsions suggestions; sumary summary; suport support; suported supported; suports supports;
supress suppress; suprise surprise; suprised surprised; surpress suppress; swich switch; swtich switch; sycn
sync; synatx syntax; synchronus synchronous; syncronize synchronise; syncronous synchronous; syntex syntax;
sysem system; systme system; sytem system; techique technique; techiques techniques; technlogy technology;
tecnology technology; teh the; teminal terminal; temorary temporary; tempalte template; templete template;
temporarly temporarily; temporay temporary; tempory temporary; tenserflow tensorflow; tensoflow tensorflow;
termial terminal; terminla terminal; termnal terminal; terrafrom terraform; theire their; themselfs
themselves; therfore therefore; thier their; thoose those; thorugh through; threshhold threshold; thrid
third; throught through; throuhg through; thsi this; tiem time; tihs this; togehter together; togheter
together; toghether together; tommorow tomorrow; tomorow tomorrow; totaly totally; tpye type; trainig
training; trainning training; tranfer transfer; traning training; transfered transferred; transfering
transferring; transfrm transform; transfrom transform; transision transition; transparancy transparency;
truely truly; tutorail tutorial; tutoral tutorial; tutoriel tutorial; tyep type; tyically typically;
typicaly typically; ubunto ubuntu; ubutnu ubuntu; udpate update; unabel unable; understandig understanding;
understant understand; undertand understand; uneccessary unnecessary; unecessary unnecessary; unfortunatelly
unfortunately; unfortunatly unfortunately; unfortunetly unfortunately; uniqe unique; unknwon unknown; unkown
unknown; unneccessary unnecessary; unnecesary unnecessary; unsuccesful unsuccessful; untill until; upadte
update; upates updates; uplaod upload; uplaoded uploaded; uplodad upload; usally usually; usefull useful;
usefullness usefulness; useing using; usign using; usualy usually; utilites utilities; utilty utility;
utlize utilise; vaiable variable; vaild valid; valdiation validation; validaton validation; varaible
variable; varaibles variables; varation variation; variabel variable; varialbe variable; varible variable;
varibles variables; verfication verification; verifiy verify; verion version; verions versions; verison
version; verisons versions; versoin version; virtal virtual; virtualenviroment virtual environment; virtul
virtual; visable visible; visualisaton visualisation; visuallization visualisation; vizualize visualise;
volumne volume; vulnerabilites vulnerabilities; vulnerabilty vulnerability; vunerable vulnerable; wehn when;
wether whether; whcih which; whithout without; wich which; widht width; wierd weird; wihch which; wiht with;
wiil will; withing within; withouth without; witout without; wokring working; worflow workflow; workaroud
workaround; workflwo workflow; workfow workflow; worksapce workspace; worspace workspace; wriet write;
writen written; writting writing; wroking working; wrtie write; yeild yield; yeilds yields; yoru your;
yourselfs yourselves; yuo you
"""


@cache
def misspellings() -> dict[str, str]:
    """What was meant, by what is written, in small letters."""
    found: dict[str, str] = {}
    for pair in _PAIRS.split(";"):
        wrong, _, right = " ".join(pair.split()).partition(" ")
        found[wrong] = right
    return found
