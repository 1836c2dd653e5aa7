"""The words that a reader of résumés looks for, as patterns whose alternatives are separated by |."""

from __future__ import annotations

#: Headings of sections, English and Bangla.
SECTIONS = {
    "education": (
        r"education(?:al)?(?: details| background| qualifications?)?|academic\w*(?: \w+)?"
        r"|qualifications?|শিক্ষাগত যোগ্যতা"
    ),
    "experience": (
        r"(?:work |professional |job )?experience(?: details)?|employment(?: history)?|work history"
        r"|company details|(?:কাজের |কর্ম)?অভিজ্ঞতা"
    ),
    "skills": (
        r"(?:technical |key |core |computer |it |soft |personal )*skills?(?: details| set)?"
        r"|areas of expertise|competenc\w+|দক্ষতা"
    ),
    "projects": r"projects?(?: details| title| name)?|প্রকল্প",
    "objective or summary": r"(?:career |professional )?(?:objective|summary|profile)|about me|উদ্দেশ্য",
    "certificates": r"certific\w+|courses?|trainings?|প্রশিক্ষণ",
    "achievements": r"achievements?|awards?|honou?rs|publications?|অর্জন",
    "hobbies": r"hobbies|interests?|extra[- ]curricular\w*|শখ",
    "languages": r"languages?(?: known)?|ভাষা",
    "personal details": (
        r"personal (?:details|profile|information)|date of birth|dob|nationality|marital status"
        r"|ব্যক্তিগত তথ্য|জন্ম তারিখ"
    ),
    "references": r"references?|declaration",
}

#: From the lowest to the highest.
DEGREES = {
    "school certificate": (
        r"h\.?s\.?c|s\.?s\.?c|s\.?s\.?l\.?c|high(?:er)?[ -](?:secondary|school)|xii?(?:th)?"
    ),
    "diploma": r"diploma|polytechnic|iti|associate degree",
    "bachelor": (
        r"bachelor\w*|undergraduate|b\.? ?tech|b\. ?e\.?|(?-i:BE)|b\.? ?sc|b\.? ?com|b\.? ?a\.|bca|bba"
        r"|bms|b\.? ?arch|ll\.? ?b|b\.?p\.?t"
    ),
    "master": (
        r"master(?:'?s)?(?: of| in| degree)?|post ?graduat\w+|m\.? ?tech|m\. ?e\.?|m\.? ?sc|m\.? ?com"
        r"|m\. ?a\.|mca|mba|pgdm|ll\.? ?m|m\.?phil"
    ),
    "doctorate": r"ph\.? ?d|doctorate|doctor of",
}

#: Families of skills, by terms that name one.
SKILLS = {
    "programming": (
        r"java|python|(?-i:C)|c\+\+|c#|\.net|asp\.net|vb\.net|golang|ruby|scala|kotlin|swift|matlab"
        r"|perl|php|(?-i:R)|shell script\w*|core java|j2ee|spring(?: boot)?|hibernate|django|flask"
        r"|struts"
    ),
    "web": (
        r"html5?|css3?|java ?script|jquery|angular(?: ?js)?|react(?: ?js)?|node\.?(?: ?js)?|bootstrap"
        r"|ajax|xml|json|wordpress|vue(?:\.js)?|typescript|web services|rest(?:ful)?(?: api)?s?"
    ),
    "databases": (
        r"sql(?: server)?|my ?sql|oracle|pl/?sql|mongo ?db|postgre\w*|sqlite|db2|cassandra|hbase|redis"
        r"|teradata|rdbms|database administrat\w+|dba|rman|backup and recovery"
    ),
    "data and machine learning": (
        r"machine learning|deep learning|data (?:science|mining|analysis|analytics|warehous\w+)|pandas"
        r"|numpy|scikit[- ]learn|tensorflow|keras|pytorch|nlp|natural language processing|regression"
        r"|clustering|neural net\w*|tableau|power ?bi|statistics|hadoop|hive|spark|pig|sqoop"
        r"|map ?reduce|kafka|informatica|etl"
    ),
    "networks and systems": (
        r"linux|unix|windows server|ccna|ccnp|cisco|routing|switching|firewalls?|tcp/?ip|vpn|dns|dhcp"
        r"|vmware|active directory|ospf|eigrp|bgp|lan|wan|network security|ethical hacking|rhel"
        r"|solaris"
    ),
    "cloud and operations": (
        r"aws|azure|gcp|google cloud|docker|kubernetes|jenkins|git(?:hub|lab)?|svn|ansible|terraform"
        r"|chef|puppet|devops|ci/?cd|maven|nagios"
    ),
    "software testing": (
        r"selenium|manual testing|automation testing|test (?:cases?|plans?|scripts?|scenarios?)|qtp"
        r"|junit|testng|jira|bug\w*|regression testing|sdlc|stlc|quality assurance|qa|jmeter|cucumber"
        r"|blockchain|ethereum|solidity"
    ),
    "office and enterprise software": (
        r"ms[- ]?office|microsoft office|excel|power ?point|ms word|outlook|sap(?: \w{2})?|abap|erp"
        r"|crm|salesforce|tally"
    ),
    "design and drafting": (
        r"photoshop|illustrator|corel ?draw|indesign|sketch|figma|ui|ux|auto ?cad|solid ?works|catia"
        r"|pro-?e|creo|revit|3ds max|sketchup|ansys|staad\w*"
    ),
    "mechanical and electrical engineering": (
        r"machining|cnc|hvac|welding|fabrication|lathe|thermal|mechanical|maintenance|plc|scada|dcs"
        r"|transformers?|electrical|switchgear|circuits?|motors?|panels?|wiring|substations?|embedded"
        r"|microcontrollers?|vlsi|pcb"
    ),
    "construction": (
        r"civil|construction|site (?:engineer|supervision)|surveying|estimation|quantity|concrete|rcc"
        r"|structural|architects?|contractors?|plumbing|interior"
    ),
    "finance": (
        r"accounting|accounts?|audit\w*|tax\w*|gst|tds|invoic\w+|financial|budget\w*|balance sheet"
        r"|ledger|payable|receivable|banking|investments?|loans?|insurance"
    ),
    "sales and marketing": (
        r"sales|marketing|business development|lead generation|customers?|clients?|negotiation"
        r"|market research|social media|seo|branding|retail|advertis\w+|targets?"
    ),
    "human resources": (
        r"recruit\w+|human resources?|hr|payroll|onboarding|induction|appraisals?"
        r"|employee (?:relations|engagement)|attendance|grievances?|statutory|joining formalities"
        r"|talent acquisition"
    ),
    "management": (
        r"project management|operations|pmo|stakeholders?|planning|scheduling|agile|scrum|pmp|prince2"
        r"|six sigma|supply chain|logistics|inventory|procurement|vendors?|team lead\w*"
        r"|risk management|process improvement"
    ),
    "law": (
        r"legal|law|court|litigation|advocates?|contracts?|arbitration|drafting of|petitions?|notices?"
        r"|intellectual property|ipr|attorney"
    ),
    "teaching and arts": (
        r"teach\w*|students?|school|curriculum|class ?room|drawing|paint\w+|music|dance|drama|arts?"
        r"|fashion|theatre|craft"
    ),
    "health and sport": (
        r"fitness|gym|yoga|nutrition\w*|diet\w*|physiotherap\w+|exercises?|patients?|hospital|clinical"
        r"|medical|trainer|health|wellness|sports?"
    ),
}
