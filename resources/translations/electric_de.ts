<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ElectrifyDialog</name>
    <message>
        <source>Electrify a table</source>
        <translation>Tabelle elektrifizieren</translation>
    </message>
    <message>
        <source>SQL that will be run</source>
        <translation>SQL, das ausgeführt wird</translation>
    </message>
</context>
<context>
    <name>FrameInspector</name>
    <message>
        <source>Fi&amp;lter:</source>
        <translation>F&amp;ilter:</translation>
    </message>
    <message>
        <source>Filter frames</source>
        <translation>Frames filtern</translation>
    </message>
    <message>
        <source>Type or content …</source>
        <translation>Typ oder Inhalt …</translation>
    </message>
    <message>
        <source>Direction of the frames that are shown</source>
        <translation>Richtung der gezeigten Frames</translation>
    </message>
    <message>
        <source>Both directions</source>
        <translation>Beide Richtungen</translation>
    </message>
    <message>
        <source>From the client</source>
        <translation>Vom Client</translation>
    </message>
    <message>
        <source>To the client</source>
        <translation>Zum Client</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pausieren</translation>
    </message>
    <message>
        <source>Holds back what comes, until it is released</source>
        <translation>Hält zurück, was ankommt, bis es freigegeben wird</translation>
    </message>
    <message>
        <source>Clea&amp;r</source>
        <translation>Leere&amp;n</translation>
    </message>
    <message>
        <source>Cop&amp;y JSON</source>
        <translation>&amp;JSON kopieren</translation>
    </message>
    <message>
        <source>Copies the chosen frames</source>
        <translation>Kopiert die ausgewählten Frames</translation>
    </message>
    <message>
        <source>Sa&amp;ve …</source>
        <translation>&amp;Speichern …</translation>
    </message>
    <message>
        <source>Saves the frames that are shown, one JSON object a line</source>
        <translation>Speichert die gezeigten Frames, je Zeile ein JSON-Objekt</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Frames</translation>
    </message>
    <message>
        <source>Content of the frame</source>
        <translation>Inhalt des Frames</translation>
    </message>
    <message>
        <source>Choose a frame to see its content.</source>
        <translation>Einen Frame auswählen, um seinen Inhalt zu sehen.</translation>
    </message>
</context>
<context>
    <name>KnownClientsDialog</name>
    <message>
        <source>Clients that are remembered</source>
        <translation>Bekannte Clients</translation>
    </message>
    <message>
        <source>&amp;Filter:</source>
        <translation>&amp;Filter:</translation>
    </message>
    <message>
        <source>Filter clients</source>
        <translation>Clients filtern</translation>
    </message>
    <message>
        <source>Client, user, presence …</source>
        <translation>Client, Benutzer, Anwesenheit …</translation>
    </message>
    <message>
        <source>F&amp;orget …</source>
        <translation>&amp;Vergessen …</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>&amp;Neu laden</translation>
    </message>
    <message>
        <source>F5</source>
        <translation>F5</translation>
    </message>
</context>
<context>
    <name>ReplicationPage</name>
    <message>
        <source>How it is</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Replication s&amp;lots of the server:</source>
        <translation>Replikations-S&amp;lots des Servers:</translation>
    </message>
    <message>
        <source>Replication slots</source>
        <translation>Replikations-Slots</translation>
    </message>
</context>
<context>
    <name>SessionsPage</name>
    <message>
        <source>&amp;Filter:</source>
        <translation>&amp;Filter:</translation>
    </message>
    <message>
        <source>Filter sessions</source>
        <translation>Sitzungen filtern</translation>
    </message>
    <message>
        <source>Client, user, state, address …</source>
        <translation>Client, Benutzer, Zustand, Adresse …</translation>
    </message>
    <message>
        <source>&amp;Disconnect</source>
        <translation>&amp;Trennen</translation>
    </message>
    <message>
        <source>Ends the connection; the client comes again by itself and goes on where it was</source>
        <translation>Beendet die Verbindung; der Client kommt von selbst wieder und macht dort weiter, wo er war</translation>
    </message>
    <message>
        <source>F&amp;orget …</source>
        <translation>&amp;Vergessen …</translation>
    </message>
    <message>
        <source>Forgets what is remembered of the client; it syncs afresh when it comes again</source>
        <translation>Vergisst, was vom Client bekannt ist; kommt er wieder, synchronisiert er von vorn</translation>
    </message>
    <message>
        <source>All &amp;clients …</source>
        <translation>Alle &amp;Clients …</translation>
    </message>
    <message>
        <source>All that are remembered, those that are away too</source>
        <translation>Alle bekannten, auch die abwesenden</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>Sitzungen</translation>
    </message>
    <message>
        <source>D&amp;etails</source>
        <translation>&amp;Details</translation>
    </message>
    <message>
        <source>Details of the session</source>
        <translation>Einzelheiten der Sitzung</translation>
    </message>
    <message>
        <source>Subscriptions of the session</source>
        <translation>Abonnements der Sitzung</translation>
    </message>
    <message>
        <source>Subscription</source>
        <translation>Abonnement</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Where</translation>
    </message>
    <message>
        <source>Include</source>
        <translation>Include</translation>
    </message>
    <message>
        <source>F&amp;rames</source>
        <translation>Fra&amp;mes</translation>
    </message>
    <message>
        <source>Holds rows of %1</source>
        <translation>Hält Zeilen von %1</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>The Postgres to sync with: postgresql://user:password@host:port/database. Percent-encode special characters. Of the query, sslmode and sslrootcert are understood.</source>
        <translation>Das Postgres, mit dem synchronisiert wird: postgresql://user:password@host:port/database. Sonderzeichen prozentkodieren. Von der Query werden sslmode und sslrootcert verstanden.</translation>
    </message>
    <message>
        <source>Refuse to talk to Postgres without TLS. Given together with an sslmode in the URL, this setting wins; for certificate checks use sslmode=verify-full in the URL and leave this alone.</source>
        <translation>Mit Postgres nicht ohne TLS sprechen. Zusammen mit einem sslmode in der URL gilt diese Einstellung; um Zertifikate zu prüfen, sslmode=verify-full in die URL schreiben und diese hier weglassen.</translation>
    </message>
    <message>
        <source>Kept for compatibility: all addresses of the database&apos;s host are tried, IPv6 and IPv4.</source>
        <translation>Aus Gründen der Kompatibilität vorhanden: Alle Adressen des Datenbank-Hosts werden probiert, IPv6 und IPv4.</translation>
    </message>
    <message>
        <source>Port for apps (WebSocket) and for the HTTP API.</source>
        <translation>Port für Apps (WebSocket) und für die HTTP-API.</translation>
    </message>
    <message>
        <source>Address to listen on, for example 127.0.0.1. All interfaces unless set.</source>
        <translation>Adresse, auf der gelauscht wird, zum Beispiel 127.0.0.1. Ohne Angabe alle Schnittstellen.</translation>
    </message>
    <message>
        <source>Listen on IPv6 as well as IPv4 when no address is set.</source>
        <translation>Ohne gesetzte Adresse auf IPv6 und IPv4 lauschen.</translation>
    </message>
    <message>
        <source>Name of this instance, told to clients. Made up at each start unless set.</source>
        <translation>Name dieser Instanz, den Clients erfahren. Ohne Angabe bei jedem Start neu erfunden.</translation>
    </message>
    <message>
        <source>How writes of apps reach Postgres. This version does direct_writes: ordinary statements over a connection of its own.</source>
        <translation>Wie Schreibvorgänge von Apps zu Postgres kommen. Diese Version beherrscht direct_writes: gewöhnliche Anweisungen über eine eigene Verbindung.</translation>
    </message>
    <message>
        <source>Host under which Postgres reaches this service.</source>
        <translation>Host, unter dem Postgres diesen Dienst erreicht.</translation>
    </message>
    <message>
        <source>Port of the same.</source>
        <translation>Port dazu.</translation>
    </message>
    <message>
        <source>Password of the migrations proxy, for any user name.</source>
        <translation>Passwort des Migrations-Proxys, für jeden Benutzernamen.</translation>
    </message>
    <message>
        <source>Port of the migrations proxy; &quot;http&quot; or &quot;http:PORT&quot; also offers it through the HTTP port.</source>
        <translation>Port des Migrations-Proxys; „http“ oder „http:PORT“ bietet ihn auch über den HTTP-Port an.</translation>
    </message>
    <message>
        <source>PEM file with a certificate for the migrations proxy, which then offers TLS.</source>
        <translation>PEM-Datei mit einem Zertifikat für den Migrations-Proxy, der dann TLS anbietet.</translation>
    </message>
    <message>
        <source>PEM file with the certificate&apos;s key.</source>
        <translation>PEM-Datei mit dem Schlüssel des Zertifikats.</translation>
    </message>
    <message>
        <source>Kept for compatibility; use LOG_LEVEL=debug.</source>
        <translation>Aus Gründen der Kompatibilität vorhanden; LOG_LEVEL=debug verwenden.</translation>
    </message>
    <message>
        <source>secure: tokens must be signed with the configured key. insecure: anybody may claim to be anybody; for development only.</source>
        <translation>secure: Tokens müssen mit dem eingestellten Schlüssel signiert sein. insecure: Jeder darf sich als jeder ausgeben; nur zum Entwickeln.</translation>
    </message>
    <message>
        <source>Algorithm that tokens must be signed with.</source>
        <translation>Algorithmus, mit dem Tokens signiert sein müssen.</translation>
    </message>
    <message>
        <source>Key that signatures are checked with: at least 32, 48 or 64 bytes for HS256, HS384, HS512; a PEM public key for RS and ES.</source>
        <translation>Schlüssel, mit dem Signaturen geprüft werden: mindestens 32, 48 oder 64 Bytes für HS256, HS384, HS512; ein öffentlicher Schlüssel in PEM für RS und ES.</translation>
    </message>
    <message>
        <source>AUTH_JWT_KEY is Base64 (HS algorithms only).</source>
        <translation>AUTH_JWT_KEY ist Base64 (nur HS-Algorithmen).</translation>
    </message>
    <message>
        <source>Name of the claim that holds the user id, when it is not at the top.</source>
        <translation>Name des Claims, der die Benutzer-ID enthält, wenn sie nicht auf oberster Ebene steht.</translation>
    </message>
    <message>
        <source>Issuer that tokens must name.</source>
        <translation>Aussteller, den Tokens nennen müssen.</translation>
    </message>
    <message>
        <source>Audience that tokens must name.</source>
        <translation>Zielgruppe (Audience), die Tokens nennen müssen.</translation>
    </message>
    <message>
        <source>What is logged.</source>
        <translation>Was ins Log geschrieben wird.</translation>
    </message>
    <message>
        <source>How far back, in bytes of Postgres&apos; log, an app that was away can resume. Suffixes: k, m, g (thousands), K, M, G (1024).</source>
        <translation>Wie weit zurück, in Bytes des Logs von Postgres, eine App nach Abwesenheit fortsetzen kann. Suffixe: k, m, g (Tausender), K, M, G (1024).</translation>
    </message>
    <message>
        <source>How much memory the same may take.</source>
        <translation>Wie viel Speicher das belegen darf.</translation>
    </message>
    <message>
        <source>The largest message that is taken from an app: its longest transaction.</source>
        <translation>Die größte Nachricht, die von einer App angenommen wird: ihre längste Transaktion.</translation>
    </message>
    <message>
        <source>How many shapes&apos; subscriptions an app may have.</source>
        <translation>Wie viele Shapes eine App abonnieren darf.</translation>
    </message>
    <message>
        <source>Memory for what one app holds by shapes that follow foreign keys, about 100 bytes a row. An app that wants more is refused.</source>
        <translation>Speicher für das, was eine App durch Shapes hält, die Fremdschlüsseln folgen, etwa 100 Bytes je Zeile. Eine App, die mehr will, wird abgewiesen.</translation>
    </message>
    <message>
        <source>How much may wait to be sent to one app, until it reads on.</source>
        <translation>Wie viel auf das Senden an eine App warten darf, bis sie weiterliest.</translation>
    </message>
    <message>
        <source>How long a connection may stay without a token.</source>
        <translation>Wie lange eine Verbindung ohne Token bleiben darf.</translation>
    </message>
    <message>
        <source>Wrong tokens that one address may send within a minute, before it is turned away until the minute is over. This machine itself is exempt, since a reverse proxy on it hides its clients.</source>
        <translation>Falsche Tokens, die eine Adresse binnen einer Minute senden darf, bevor sie bis zum Ende der Minute abgewiesen wird. Dieser Rechner selbst ist ausgenommen, da ein Reverse-Proxy auf ihm seine Clients verbirgt.</translation>
    </message>
    <message>
        <source>Origins, separated by blanks, of web pages that may read the HTTP API; * is all of them. None unless set. Apps&apos; WebSockets need no entry.</source>
        <translation>Origins, durch Leerzeichen getrennt, von Webseiten, die die HTTP-API lesen dürfen; * sind alle. Ohne Angabe keine. WebSockets von Apps brauchen keinen Eintrag.</translation>
    </message>
    <message>
        <source>Feature flags: name=true:name=false.</source>
        <translation>Feature-Flags: name=true:name=false.</translation>
    </message>
    <message>
        <source>Anonymous reports. This version sends none, whatever is set.</source>
        <translation>Anonyme Berichte. Diese Version sendet keine, was auch gesetzt ist.</translation>
    </message>
    <message>
        <source>Core</source>
        <translation>Kern</translation>
    </message>
    <message>
        <source>Write mode</source>
        <translation>Schreibmodus</translation>
    </message>
    <message>
        <source>Migrations proxy</source>
        <translation>Migrations-Proxy</translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation>Authentifizierung</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>Betrieb</translation>
    </message>
    <message>
        <source>Telemetry</source>
        <translation>Telemetrie</translation>
    </message>
</context>
<context>
    <name>TablesPage</name>
    <message>
        <source>&amp;Filter:</source>
        <translation>&amp;Filter:</translation>
    </message>
    <message>
        <source>Filter tables</source>
        <translation>Tabellen filtern</translation>
    </message>
    <message>
        <source>Schema, table, state …</source>
        <translation>Schema, Tabelle, Zustand …</translation>
    </message>
    <message>
        <source>&amp;Electrify …</source>
        <translation>&amp;Elektrifizieren …</translation>
    </message>
    <message>
        <source>Lets clients sync the table; the SQL is shown first</source>
        <translation>Lässt Clients die Tabelle synchronisieren; vorher wird das SQL gezeigt</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>&amp;Neu laden</translation>
    </message>
    <message>
        <source>F5</source>
        <translation>F5</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>State of the table</source>
        <translation>Zustand der Tabelle</translation>
    </message>
    <message>
        <source>&amp;Migrations</source>
        <translation>&amp;Migrationen</translation>
    </message>
    <message>
        <source>Migrations</source>
        <translation>Migrationen</translation>
    </message>
    <message>
        <source>SQL for Postgres</source>
        <translation>SQL für Postgres</translation>
    </message>
    <message>
        <source>For Postgres: choose a migration to see its SQL.</source>
        <translation>Für Postgres: Eine Migration auswählen, um ihr SQL zu sehen.</translation>
    </message>
    <message>
        <source>SQL for SQLite, as clients get it</source>
        <translation>SQL für SQLite, wie Clients es erhalten</translation>
    </message>
    <message>
        <source>For SQLite: what clients run.</source>
        <translation>Für SQLite: Was Clients ausführen.</translation>
    </message>
</context>
<context>
    <name>WritesPage</name>
    <message>
        <source>&amp;Filter:</source>
        <translation>&amp;Filter:</translation>
    </message>
    <message>
        <source>Filter rejected writes</source>
        <translation>Abgelehnte Schreibvorgänge filtern</translation>
    </message>
    <message>
        <source>User, client, SQLSTATE, message …</source>
        <translation>Benutzer, Client, SQLSTATE, Meldung …</translation>
    </message>
    <message>
        <source>Re&amp;try</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>Does the chosen writes again as they were, oldest first</source>
        <translation>Führt die ausgewählten Schreibvorgänge unverändert erneut aus, den ältesten zuerst</translation>
    </message>
    <message>
        <source>&amp;Discard …</source>
        <translation>&amp;Verwerfen …</translation>
    </message>
    <message>
        <source>Lets the chosen writes go for good</source>
        <translation>Gibt die ausgewählten Schreibvorgänge endgültig auf</translation>
    </message>
    <message>
        <source>E&amp;xport …</source>
        <translation>E&amp;xportieren …</translation>
    </message>
    <message>
        <source>Saves the writes that are shown as JSON</source>
        <translation>Speichert die gezeigten Schreibvorgänge als JSON</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>&amp;Neu laden</translation>
    </message>
    <message>
        <source>F5</source>
        <translation>F5</translation>
    </message>
    <message>
        <source>Rejected writes</source>
        <translation>Abgelehnte Schreibvorgänge</translation>
    </message>
    <message>
        <source>Why the write was refused</source>
        <translation>Warum der Schreibvorgang abgelehnt wurde</translation>
    </message>
    <message>
        <source>Operations of the write</source>
        <translation>Operationen des Schreibvorgangs</translation>
    </message>
    <message>
        <source>Choose a write to see its operations.</source>
        <translation>Einen Schreibvorgang auswählen, um seine Operationen zu sehen.</translation>
    </message>
    <message>
        <source>Show &amp;older</source>
        <translation>Äl&amp;tere zeigen</translation>
    </message>
</context>
<context>
    <name>electric::admin::Client</name>
    <message>
        <source>The service does not answer.</source>
        <translation>Der Dienst antwortet nicht.</translation>
    </message>
    <message>
        <source>The service has closed the connection.</source>
        <translation>Der Dienst hat die Verbindung geschlossen.</translation>
    </message>
    <message>
        <source>The service belongs to another user.</source>
        <translation>Der Dienst gehört einem anderen Benutzer.</translation>
    </message>
    <message>
        <source>No service answers on %1.</source>
        <translation>Auf %1 antwortet kein Dienst.</translation>
    </message>
    <message>
        <source>The connection was closed.</source>
        <translation>Die Verbindung wurde geschlossen.</translation>
    </message>
    <message>
        <source>The service speaks version %1 of the protocol, this program version %2.</source>
        <translation>Der Dienst spricht Version %1 des Protokolls, dieses Programm Version %2.</translation>
    </message>
    <message>
        <source>Update both to the same version.</source>
        <translation>Beide auf dieselbe Version bringen.</translation>
    </message>
    <message>
        <source>There is no connection to a service.</source>
        <translation>Es besteht keine Verbindung zu einem Dienst.</translation>
    </message>
    <message>
        <source>The service did not answer %1 in time.</source>
        <translation>Der Dienst hat auf %1 nicht rechtzeitig geantwortet.</translation>
    </message>
    <message>
        <source>What answers on the socket is not this service.</source>
        <translation>Was auf dem Socket antwortet, ist nicht dieser Dienst.</translation>
    </message>
    <message>
        <source>The service sent a message that is too long.</source>
        <translation>Der Dienst hat eine zu lange Nachricht gesendet.</translation>
    </message>
</context>
<context>
    <name>electric::console::Appearance</name>
    <message>
        <source>&amp;As the system is</source>
        <translation>&amp;Wie das System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
</context>
<context>
    <name>electric::console::CopyField</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy: %1</source>
        <translation>Kopieren: %1</translation>
    </message>
</context>
<context>
    <name>electric::console::ElectrifyDialog</name>
    <message>
        <source>This is run in the database to electrify %1. Triggers and shadow tables are made for it, so its writes become a little slower. It is locked for the time this takes.</source>
        <translation>Das wird in der Datenbank ausgeführt, um %1 zu elektrifizieren. Die Tabelle erhält Trigger und Schattentabellen, sodass Schreiben in sie etwas langsamer wird. Solange es dauert, ist sie gesperrt.</translation>
    </message>
    <message>
        <source>&amp;Electrify</source>
        <translation>&amp;Elektrifizieren</translation>
    </message>
    <message>
        <source>&amp;Copy SQL</source>
        <translation>SQL &amp;kopieren</translation>
    </message>
</context>
<context>
    <name>electric::console::Format</name>
    <message>
        <source>%1 d</source>
        <translation>%1 d</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>less than %1%</source>
        <translation>unter %1&#xa0;%</translation>
    </message>
    <message>
        <source>%1%</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
</context>
<context>
    <name>electric::console::FrameInspector</name>
    <message>
        <source>The frame is larger than 64 KiB; its content is not shown.</source>
        <translation>Der Frame ist größer als 64 KiB; sein Inhalt wird nicht gezeigt.</translation>
    </message>
    <message>
        <source>Choose a session above to see its frames as they pass.</source>
        <translation>Oben eine Sitzung auswählen, um ihre Frames laufend zu sehen.</translation>
    </message>
    <message>
        <source>No frame matches the filter.</source>
        <translation>Kein Frame passt zum Filter.</translation>
    </message>
    <message>
        <source>The session has ended.</source>
        <translation>Die Sitzung ist beendet.</translation>
    </message>
    <message>
        <source>Waiting for frames of %1. Those that passed before are not kept.</source>
        <translation>Warten auf Frames von %1. Frühere werden nicht aufbewahrt.</translation>
    </message>
    <message>
        <source>Frames: %1 of %2 shown</source>
        <translation>Frames: %1 von %2 gezeigt</translation>
    </message>
    <message>
        <source>paused, held back: %1</source>
        <translation>pausiert, zurückgehalten: %1</translation>
    </message>
    <message>
        <source>left out, since they came too fast: %1</source>
        <translation>ausgelassen, da zu schnell: %1</translation>
    </message>
    <message>
        <source>the session has ended</source>
        <translation>die Sitzung ist beendet</translation>
    </message>
    <message>
        <source>Frames copied: %1</source>
        <translation>Frames kopiert: %1</translation>
    </message>
    <message>
        <source>Save the frames</source>
        <translation>Frames speichern</translation>
    </message>
</context>
<context>
    <name>electric::console::FramesModel</name>
    <message>
        <source>too large to be shown</source>
        <translation>zu groß für die Anzeige</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>from client</source>
        <translation>vom Client</translation>
    </message>
    <message>
        <source>to client</source>
        <translation>zum Client</translation>
    </message>
</context>
<context>
    <name>electric::console::Help</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>What they do</source>
        <translation>Wirkung</translation>
    </message>
    <message>
        <source>The service %1 has version %2.</source>
        <translation>Der Dienst %1 hat Version %2.</translation>
    </message>
    <message>
        <source>About Electric</source>
        <translation>Über Electric</translation>
    </message>
    <message>
        <source>Electric console %1</source>
        <translation>Electric-Konsole %1</translation>
    </message>
    <message>
        <source>Shows and steers the service that keeps one Postgres database and many local-first apps in sync.</source>
        <translation>Zeigt und steuert den Dienst, der eine Postgres-Datenbank und viele Local-first-Apps synchron hält.</translation>
    </message>
</context>
<context>
    <name>electric::console::KnownClientsDialog</name>
    <message>
        <source>The clients could not be read.</source>
        <translation>Die Clients konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>No client matches the filter.</source>
        <translation>Kein Client passt zum Filter.</translation>
    </message>
    <message>
        <source>No client has synced yet, or all were forgotten.</source>
        <translation>Noch hat kein Client synchronisiert, oder alle wurden vergessen.</translation>
    </message>
    <message>
        <source>Reading the clients …</source>
        <translation>Clients werden gelesen …</translation>
    </message>
    <message>
        <source>Clients are shown here as soon as the service answers.</source>
        <translation>Clients erscheinen hier, sobald der Dienst antwortet.</translation>
    </message>
</context>
<context>
    <name>electric::console::KnownClientsModel</name>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>away</source>
        <translation>abwesend</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Presence</source>
        <translation>Anwesenheit</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Zuletzt gesehen</translation>
    </message>
    <message>
        <source>Subscriptions</source>
        <translation>Abonnements</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>Bestätigt</translation>
    </message>
</context>
<context>
    <name>electric::console::Language</name>
    <message>
        <source>Lan&amp;guage</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>&amp;As the system is</source>
        <translation>&amp;Wie das System</translation>
    </message>
    <message>
        <source>Takes effect at the next start</source>
        <translation>Wirkt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>The language changes at the next start of the console</source>
        <translation>Die Sprache wechselt beim nächsten Start der Konsole</translation>
    </message>
</context>
<context>
    <name>electric::console::Launcher</name>
    <message>
        <source>Port %1 is held by %2.</source>
        <translation>Port %1 ist von %2 belegt.</translation>
    </message>
    <message>
        <source>Stop that program, or set %1 of the profile %2 to another port.</source>
        <translation>Dieses Programm beenden oder %1 im Profil %2 auf einen anderen Port setzen.</translation>
    </message>
    <message>
        <source>A service is being started or stopped already.</source>
        <translation>Ein Dienst wird bereits gestartet oder beendet.</translation>
    </message>
    <message>
        <source>Wait for that to end.</source>
        <translation>Warten, bis das abgeschlossen ist.</translation>
    </message>
    <message>
        <source>The program electric-service was not found.</source>
        <translation>Das Programm electric-service wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>Install it, or put it beside electric-console or in the PATH.</source>
        <translation>Es installieren oder neben electric-console oder in den PATH legen.</translation>
    </message>
    <message>
        <source>The log file %1 cannot be written.</source>
        <translation>Die Logdatei %1 kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>Check the rights of its directory.</source>
        <translation>Die Rechte ihres Verzeichnisses prüfen.</translation>
    </message>
    <message>
        <source>%1 cannot be started: %2.</source>
        <translation>%1 kann nicht gestartet werden: %2.</translation>
    </message>
    <message>
        <source>Check that the file may be executed.</source>
        <translation>Prüfen, ob die Datei ausgeführt werden darf.</translation>
    </message>
    <message>
        <source>Process %1 has not ended.</source>
        <translation>Der Prozess %1 hat sich nicht beendet.</translation>
    </message>
    <message>
        <source>Look at its log, or end it by hand.</source>
        <translation>Sein Log ansehen oder ihn von Hand beenden.</translation>
    </message>
    <message>
        <source>The service ended at once. Its log says:

%1</source>
        <translation>Der Dienst hat sich sofort beendet. Sein Log sagt:

%1</translation>
    </message>
    <message>
        <source>The whole log is in %1.</source>
        <translation>Das ganze Log steht in %1.</translation>
    </message>
    <message>
        <source>The service has started (process %1) but does not answer.</source>
        <translation>Der Dienst ist gestartet (Prozess %1), antwortet aber nicht.</translation>
    </message>
    <message>
        <source>Look at its log: %1</source>
        <translation>Sein Log ansehen: %1</translation>
    </message>
</context>
<context>
    <name>electric::console::LogModel</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Kategorie</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>electric::console::LogsPage</name>
    <message>
        <source>Least level</source>
        <translation>Mindeststufe</translation>
    </message>
    <message>
        <source>All levels</source>
        <translation>Alle Stufen</translation>
    </message>
    <message>
        <source>Info and above</source>
        <translation>Info und höher</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>Warnungen und Fehler</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Kategorie</translation>
    </message>
    <message>
        <source>All categories</source>
        <translation>Alle Kategorien</translation>
    </message>
    <message>
        <source>Text to find</source>
        <translation>Gesuchter Text</translation>
    </message>
    <message>
        <source>Find text</source>
        <translation>Text suchen</translation>
    </message>
    <message>
        <source>Regular e&amp;xpression</source>
        <translation>Regulärer A&amp;usdruck</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausieren</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Next error</source>
        <translation>Nächster Fehler</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Log entries</source>
        <translation>Logeinträge</translation>
    </message>
    <message>
        <source>Not a regular expression: %1</source>
        <translation>Kein regulärer Ausdruck: %1</translation>
    </message>
    <message>
        <source>Entries: %1</source>
        <translation>Einträge: %1</translation>
    </message>
    <message>
        <source>Entries: %1 of %2</source>
        <translation>Einträge: %1 von %2</translation>
    </message>
    <message>
        <source>; paused, new: %1</source>
        <translation>; pausiert, neu: %1</translation>
    </message>
    <message>
        <source>; left out, as they came too fast: %1</source>
        <translation>; ausgelassen, da zu schnell: %1</translation>
    </message>
    <message>
        <source>No error is in the list</source>
        <translation>In der Liste ist kein Fehler</translation>
    </message>
    <message>
        <source>Select what to copy first</source>
        <translation>Zuerst auswählen, was kopiert werden soll</translation>
    </message>
    <message>
        <source>Copied entries: %1</source>
        <translation>Kopierte Einträge: %1</translation>
    </message>
    <message>
        <source>Save the log entries that are shown</source>
        <translation>Gezeigte Logeinträge speichern</translation>
    </message>
    <message>
        <source>Saved to %1</source>
        <translation>Gespeichert in %1</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Nicht gespeichert</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2. Choose another place.</source>
        <translation>%1 kann nicht geschrieben werden: %2. Einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>&amp;Logs</source>
        <translation>&amp;Log</translation>
    </message>
</context>
<context>
    <name>electric::console::MainWindow</name>
    <message>
        <source>Electric</source>
        <translation>Electric</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;Console</source>
        <translation>&amp;Konsole</translation>
    </message>
    <message>
        <source>&amp;Close the window</source>
        <translation>Fenster &amp;schließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>&amp;Gehe zu</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;About Electric</source>
        <translation>Ü&amp;ber Electric</translation>
    </message>
    <message>
        <source>%1, version %2</source>
        <translation>%1, Version %2</translation>
    </message>
</context>
<context>
    <name>electric::console::MigrationsModel</name>
    <message>
        <source>%1 … (%2 in all)</source>
        <translation>%1 … (%2 insgesamt)</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Applied</source>
        <translation>Angewandt</translation>
    </message>
    <message>
        <source>Statements</source>
        <translation>Anweisungen</translation>
    </message>
</context>
<context>
    <name>electric::console::Notice</name>
    <message>
        <source>No service is chosen. Choose one that runs, or start one.</source>
        <translation>Es ist kein Dienst ausgewählt. Einen laufenden auswählen oder einen starten.</translation>
    </message>
    <message>
        <source>Connecting to the service …</source>
        <translation>Verbindung zum Dienst wird aufgebaut …</translation>
    </message>
    <message>
        <source>The service speaks another version of the admin protocol: %1 Use the console of the same release.</source>
        <translation>Der Dienst spricht eine andere Version des Verwaltungsprotokolls: %1 Die Konsole derselben Ausgabe verwenden.</translation>
    </message>
    <message>
        <source>The service is away: %1 It is tried again every second; what is shown is what was known last.</source>
        <translation>Der Dienst ist nicht erreichbar: %1 Es wird jede Sekunde erneut versucht; gezeigt wird der letzte bekannte Stand.</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
</context>
<context>
    <name>electric::console::OverviewPage</name>
    <message>
        <source>no app is connected</source>
        <translation>keine App verbunden</translation>
    </message>
    <message>
        <source>%1 of them not replicating</source>
        <translation>davon %1 ohne Replikation</translation>
    </message>
    <message>
        <source>all replicating</source>
        <translation>alle in Replikation</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>Sitzungen</translation>
    </message>
    <message>
        <source>Transactions from Postgres</source>
        <translation>Transaktionen aus Postgres</translation>
    </message>
    <message>
        <source>Transactions from apps</source>
        <translation>Transaktionen von Apps</translation>
    </message>
    <message>
        <source>Behind Postgres</source>
        <translation>Rückstand zu Postgres</translation>
    </message>
    <message>
        <source>Rejected writes</source>
        <translation>Abgelehnte Schreibvorgänge</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Where to connect</source>
        <translation>Adressen für Verbindungen</translation>
    </message>
    <message>
        <source>&amp;Apps</source>
        <translation>A&amp;pps</translation>
    </message>
    <message>
        <source>&amp;Migrations</source>
        <translation>&amp;Migrationen</translation>
    </message>
    <message>
        <source>&amp;Database</source>
        <translation>&amp;Datenbank</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>The password is the setting PG_PROXY_PASSWORD; it is never shown here.</source>
        <translation>Das Passwort ist die Einstellung PG_PROXY_PASSWORD; hier wird es nie gezeigt.</translation>
    </message>
    <message>
        <source>Recent errors</source>
        <translation>Letzte Fehler</translation>
    </message>
    <message>
        <source>&amp;Show in the log</source>
        <translation>Im &amp;Log zeigen</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>Keine.</translation>
    </message>
    <message>
        <source>not known while the service does not run</source>
        <translation>unbekannt, solange der Dienst nicht läuft</translation>
    </message>
    <message>
        <source>the service does not listen for migrations</source>
        <translation>der Dienst nimmt keine Migrationen an</translation>
    </message>
    <message>
        <source>Postgres of its own in %1</source>
        <translation>eigenes Postgres in %1</translation>
    </message>
    <message>
        <source>Postgres elsewhere</source>
        <translation>Postgres an anderem Ort</translation>
    </message>
    <message>
        <source>Runs since %1 as process %2; %3; authentication: %4</source>
        <translation>Läuft seit %1 als Prozess %2; %3; Authentifizierung: %4</translation>
    </message>
    <message>
        <source>a second</source>
        <translation>je Sekunde</translation>
    </message>
    <message>
        <source>since the service started</source>
        <translation>seit dem Start des Dienstes</translation>
    </message>
    <message>
        <source>of the service alone</source>
        <translation>nur der Dienst</translation>
    </message>
    <message>
        <source>of log; %1</source>
        <translation>Log; %1</translation>
    </message>
    <message>
        <source>%1  %2: %3</source>
        <translation>%1  %2: %3</translation>
    </message>
    <message>
        <source>&amp;Overview</source>
        <translation>&amp;Übersicht</translation>
    </message>
</context>
<context>
    <name>electric::console::Profile</name>
    <message>
        <source>A profile&apos;s name has 1 to 40 letters, digits, - and _.</source>
        <translation>Der Name eines Profils hat 1 bis 40 Buchstaben, Ziffern, - und _.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2. Give yourself the right to read it.</source>
        <translation>%1 kann nicht gelesen werden: %2. Das Recht zum Lesen einräumen.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2. Check the rights and the space in its directory.</source>
        <translation>%1 kann nicht geschrieben werden: %2. Rechte und Platz in seinem Verzeichnis prüfen.</translation>
    </message>
</context>
<context>
    <name>electric::console::ProfileEditor</name>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>P&amp;rofile</source>
        <translation>P&amp;rofil</translation>
    </message>
    <message>
        <source>&amp;New…</source>
        <translation>&amp;Neu …</translation>
    </message>
    <message>
        <source>What the test found</source>
        <translation>Ergebnis des Tests</translation>
    </message>
    <message>
        <source>Keep &amp;passwords and keys in the profile&apos;s file, readable by you only, not in the key ring</source>
        <translation>Geh&amp;eimnisse in der Profildatei (nur selbst lesbar) statt im Schlüsselbund</translation>
    </message>
    <message>
        <source>T&amp;est connection</source>
        <translation>&amp;Verbindung testen</translation>
    </message>
    <message>
        <source>Sa&amp;ve profile</source>
        <translation>Profil &amp;speichern</translation>
    </message>
    <message>
        <source>New profile</source>
        <translation>Neues Profil</translation>
    </message>
    <message>
        <source>Name of the new profile (letters, digits, - and _):</source>
        <translation>Name des neuen Profils (Buchstaben, Ziffern, - und _):</translation>
    </message>
    <message>
        <source>Saved with its secrets in %1</source>
        <translation>Mit den Geheimnissen gespeichert in %1</translation>
    </message>
    <message>
        <source>Not saved. %1. Unlock the key ring, or tick the box to keep the secrets in the file.</source>
        <translation>Nicht gespeichert. %1. Den Schlüsselbund entsperren oder das Kästchen ankreuzen, um die Geheimnisse in der Datei aufzubewahren.</translation>
    </message>
    <message>
        <source>Saved in %1</source>
        <translation>Gespeichert in %1</translation>
    </message>
    <message>
        <source>Saved the profile %1</source>
        <translation>Profil %1 gespeichert</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>Test läuft …</translation>
    </message>
    <message>
        <source>The test found no error.</source>
        <translation>Der Test hat keinen Fehler gefunden.</translation>
    </message>
    <message>
        <source>Errors found: %1</source>
        <translation>Gefundene Fehler: %1</translation>
    </message>
    <message>
        <source>A running service makes the test; none is connected.</source>
        <translation>Den Test macht ein laufender Dienst; es ist keiner verbunden.</translation>
    </message>
    <message>
        <source>The running service tries these settings, without taking them over.</source>
        <translation>Der laufende Dienst probiert diese Einstellungen aus, ohne sie zu übernehmen.</translation>
    </message>
    <message>
        <source>Without DATABASE_URL the service brings its own Postgres: there is nothing to test.</source>
        <translation>Ohne DATABASE_URL bringt der Dienst sein eigenes Postgres mit: Es gibt nichts zu testen.</translation>
    </message>
    <message>
        <source>The settings are complete.</source>
        <translation>Die Einstellungen sind vollständig.</translation>
    </message>
    <message>
        <source>The settings are complete; the service brings its own Postgres.</source>
        <translation>Die Einstellungen sind vollständig; der Dienst bringt sein eigenes Postgres mit.</translation>
    </message>
    <message>
        <source>Settings that are not right yet: %1</source>
        <translation>Noch nicht richtige Einstellungen: %1</translation>
    </message>
</context>
<context>
    <name>electric::console::RejectedWritesModel</name>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>Operationen</translation>
    </message>
    <message>
        <source>SQLSTATE</source>
        <translation>SQLSTATE</translation>
    </message>
    <message>
        <source>What Postgres said</source>
        <translation>Meldung von Postgres</translation>
    </message>
</context>
<context>
    <name>electric::console::RemarkList</name>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Grave</source>
        <translation>Ernst</translation>
    </message>
    <message>
        <source>Nothing is known yet. The service tells it when it has reached Postgres.</source>
        <translation>Noch ist nichts bekannt. Der Dienst meldet es, sobald er Postgres erreicht hat.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>electric::console::ReplicationPage</name>
    <message>
        <source>Lag</source>
        <translation>Rückstand</translation>
    </message>
    <message>
        <source>Not read yet</source>
        <translation>Noch nicht gelesen</translation>
    </message>
    <message>
        <source>Log kept</source>
        <translation>Aufbewahrtes Log</translation>
    </message>
    <message>
        <source>For our slot</source>
        <translation>Für unseren Slot</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Gelesen</translation>
    </message>
    <message>
        <source>Transactions</source>
        <translation>Transaktionen</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Slots are shown here as soon as the service has reached Postgres.</source>
        <translation>Slots erscheinen hier, sobald der Dienst Postgres erreicht hat.</translation>
    </message>
    <message>
        <source>&amp;Replication</source>
        <translation>&amp;Replikation</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 transactions/s, %2 rows/s</source>
        <translation>%1 Transaktionen/s, %2 Zeilen/s</translation>
    </message>
</context>
<context>
    <name>electric::console::ReplicationWords</name>
    <message>
        <source>%1 and %2 behind</source>
        <translation>%1 und %2 zurück</translation>
    </message>
    <message>
        <source>%1 behind</source>
        <translation>%1 zurück</translation>
    </message>
    <message>
        <source>Electric has read Postgres&apos; log up to %1 of %2, %3.</source>
        <translation>Electric hat das Log von Postgres bis %1 von %2 gelesen, %3.</translation>
    </message>
    <message>
        <source>Postgres has removed log that the slot %1 needed. Clients sync afresh; raise max_slot_wal_keep_size.</source>
        <translation>Postgres hat Log entfernt, das der Slot %1 brauchte. Clients synchronisieren von vorn; max_slot_wal_keep_size erhöhen.</translation>
    </message>
    <message>
        <source>Postgres is about to remove log that the slot %1 needs. Raise max_slot_wal_keep_size now.</source>
        <translation>Postgres wird gleich Log entfernen, das der Slot %1 braucht. Jetzt max_slot_wal_keep_size erhöhen.</translation>
    </message>
    <message>
        <source>The slot %1 is not read, so log piles up in Postgres. Look at the log for the reason.</source>
        <translation>Der Slot %1 wird nicht gelesen, daher staut sich Log in Postgres. Der Grund steht im Log.</translation>
    </message>
    <message>
        <source>Postgres keeps %1 of log for the slot %2, %3 of the window of %4.</source>
        <translation>Postgres behält %1 Log für den Slot %2, %3 des Fensters von %4.</translation>
    </message>
    <message>
        <source>A client is slow or was away for long; look at the sessions with the greatest lag.</source>
        <translation>Ein Client ist langsam oder war lange abwesend; die Sitzungen mit dem größten Rückstand ansehen.</translation>
    </message>
    <message>
        <source>Clients that are away soon have to sync afresh. Forget those that do not come back, or raise ELECTRIC_RESUMABLE_WAL_WINDOW.</source>
        <translation>Abwesende Clients müssen bald von vorn synchronisieren. Die vergessen, die nicht wiederkommen, oder ELECTRIC_RESUMABLE_WAL_WINDOW erhöhen.</translation>
    </message>
    <message>
        <source>The slot %1 is lost when %2 more of log are written (max_slot_wal_keep_size; %3 used).</source>
        <translation>Der Slot %1 geht verloren, wenn noch %2 Log geschrieben werden (max_slot_wal_keep_size; %3 belegt).</translation>
    </message>
    <message>
        <source>The log window takes %1 of memory, %2 of %3; transactions in it: %4.</source>
        <translation>Das Log-Fenster belegt %1 Speicher, %2 von %3; Transaktionen darin: %4.</translation>
    </message>
    <message>
        <source>When it is full, apps can resume from less far back; ELECTRIC_TXN_CACHE_SIZE is the limit.</source>
        <translation>Ist es voll, können Apps von weniger weit zurück fortsetzen; die Grenze ist ELECTRIC_TXN_CACHE_SIZE.</translation>
    </message>
    <message>
        <source>Drop slots that nobody reads, or raise max_replication_slots.</source>
        <translation>Slots löschen, die niemand liest, oder max_replication_slots erhöhen.</translation>
    </message>
    <message>
        <source>There is no publication, so nothing of the tables is read. Restart the service: it makes one.</source>
        <translation>Es gibt keine Publication, daher wird aus den Tabellen nichts gelesen. Den Dienst neu starten: Er legt eine an.</translation>
    </message>
    <message>
        <source>The publication %1 is there. No table is electrified yet: do so on the page of tables.</source>
        <translation>Die Publication %1 ist vorhanden. Noch ist keine Tabelle elektrifiziert: Das geht auf der Seite der Tabellen.</translation>
    </message>
    <message>
        <source>The publication %1 has all electrified tables: %2.</source>
        <translation>Die Publication %1 enthält alle elektrifizierten Tabellen: %2.</translation>
    </message>
    <message>
        <source>The service has no replication slot, so it reads nothing. Look at the status for the reason.</source>
        <translation>Der Dienst hat keinen Replikations-Slot, daher liest er nichts. Der Grund steht im Status.</translation>
    </message>
    <message>
        <source>The slot %1 of another program is not read and keeps %2 of log. If it is not needed: SELECT pg_drop_replication_slot(&apos;%1&apos;)</source>
        <translation>Der Slot %1 eines anderen Programms wird nicht gelesen und behält %2 Log. Wird er nicht gebraucht: SELECT pg_drop_replication_slot(&apos;%1&apos;)</translation>
    </message>
    <message numerus="yes">
        <source>%n of %1 replication slots of the server are used.</source>
        <translation>
            <numerusform>%n von %1 Replikations-Slots des Servers ist belegt.</numerusform>
            <numerusform>%n von %1 Replikations-Slots des Servers sind belegt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Of %1 electrified tables only %n are in the publication %2. Changes of the others do not reach clients; add them with ALTER PUBLICATION … ADD TABLE.</source>
        <translation>
            <numerusform>Von %1 elektrifizierten Tabellen ist nur %n in der Publication %2. Änderungen der anderen erreichen die Clients nicht; mit ALTER PUBLICATION … ADD TABLE hinzufügen.</numerusform>
            <numerusform>Von %1 elektrifizierten Tabellen sind nur %n in der Publication %2. Änderungen der anderen erreichen die Clients nicht; mit ALTER PUBLICATION … ADD TABLE hinzufügen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>electric::console::SaveFile</name>
    <message>
        <source>Saved %1</source>
        <translation>%1 gespeichert</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Nicht gespeichert</translation>
    </message>
    <message>
        <source>%1 could not be written.</source>
        <translation>%1 konnte nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>%1. Choose another place.</source>
        <translation>%1. Einen anderen Ort wählen.</translation>
    </message>
</context>
<context>
    <name>electric::console::SecretStore</name>
    <message>
        <source>The desktop&apos;s key ring does not do it: %1</source>
        <translation>Der Schlüsselbund des Desktops macht es nicht: %1</translation>
    </message>
</context>
<context>
    <name>electric::console::ServiceChooser</name>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>The running service that is shown</source>
        <translation>Der laufende Dienst, der gezeigt wird</translation>
    </message>
    <message>
        <source>%1 (port %2)</source>
        <translation>%1 (Port %2)</translation>
    </message>
    <message>
        <source>%1 (not running)</source>
        <translation>%1 (läuft nicht)</translation>
    </message>
    <message>
        <source>no service runs</source>
        <translation>es läuft kein Dienst</translation>
    </message>
</context>
<context>
    <name>electric::console::ServiceControls</name>
    <message>
        <source>Profile to start</source>
        <translation>Zu startendes Profil</translation>
    </message>
    <message>
        <source>The profile that is started; profiles are made on the page Settings</source>
        <translation>Das Profil, das gestartet wird; Profile entstehen auf der Seite Einstellungen</translation>
    </message>
    <message>
        <source>S&amp;tart</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Sto&amp;p</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Neu starten</translation>
    </message>
    <message>
        <source>The service has stopped</source>
        <translation>Der Dienst ist beendet</translation>
    </message>
    <message>
        <source>The service has started</source>
        <translation>Der Dienst ist gestartet</translation>
    </message>
    <message>
        <source>Stop the service?</source>
        <translation>Dienst beenden?</translation>
    </message>
    <message>
        <source>Stop the service %1?</source>
        <translation>Dienst %1 beenden?</translation>
    </message>
    <message>
        <source>Apps go on working with what they have, and sync when it runs again.</source>
        <translation>Apps arbeiten mit ihren Daten weiter und synchronisieren, sobald er wieder läuft.</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>The service %1 was not started from a profile of yours.</source>
        <translation>Der Dienst %1 wurde nicht aus einem eigenen Profil gestartet.</translation>
    </message>
    <message>
        <source>Restart it where it was started, for example with systemctl restart electric.</source>
        <translation>Ihn dort neu starten, wo er gestartet wurde, zum Beispiel mit systemctl restart electric.</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Wird gestartet …</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird beendet …</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>Das hat nicht geklappt</translation>
    </message>
</context>
<context>
    <name>electric::console::SessionsModel</name>
    <message>
        <source>Client</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Lag</source>
        <translation>Rückstand</translation>
    </message>
    <message>
        <source>At %1, acknowledged %2</source>
        <translation>Bei %1, bestätigt %2</translation>
    </message>
    <message>
        <source>Unacknowledged</source>
        <translation>Unbestätigt</translation>
    </message>
    <message>
        <source>Subscriptions</source>
        <translation>Abonnements</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Frames: %1</source>
        <translation>Frames: %1</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
</context>
<context>
    <name>electric::console::SessionsPage</name>
    <message>
        <source>&amp;Sessions</source>
        <translation>&amp;Sitzungen</translation>
    </message>
    <message>
        <source>Sessions are shown here as soon as the service answers.</source>
        <translation>Sitzungen erscheinen hier, sobald der Dienst antwortet.</translation>
    </message>
    <message>
        <source>No session matches the filter. Press Escape in the filter to see all.</source>
        <translation>Keine Sitzung passt zum Filter. Escape im Filter zeigt wieder alle.</translation>
    </message>
    <message>
        <source>Nobody is connected. Point an app at this service: its URL is on the overview page.</source>
        <translation>Niemand ist verbunden. Eine App auf diesen Dienst richten: Seine URL steht auf der Seite Übersicht.</translation>
    </message>
    <message>
        <source>The session has ended.</source>
        <translation>Die Sitzung ist beendet.</translation>
    </message>
    <message>
        <source>Choose a session to see what it asked for.</source>
        <translation>Eine Sitzung auswählen, um zu sehen, was sie angefordert hat.</translation>
    </message>
    <message>
        <source>Client %1 of user %2, from %3, connected since %4</source>
        <translation>Client %1 von Benutzer %2, von %3, verbunden seit %4</translation>
    </message>
    <message>
        <source>Protocol %1, dialect %2, last message at %3, token valid until %4</source>
        <translation>Protokoll %1, Dialekt %2, letzte Nachricht um %3, Token gültig bis %4</translation>
    </message>
    <message>
        <source>Position %1, acknowledged %2; %3 behind, %4 waiting in the socket</source>
        <translation>Position %1, bestätigt %2; %3 zurück, %4 warten im Socket</translation>
    </message>
    <message>
        <source>Transactions not acknowledged: %1; on their way: writes %2, deliveries %3</source>
        <translation>Unbestätigte Transaktionen: %1; unterwegs: Schreibvorgänge %2, Lieferungen %3</translation>
    </message>
    <message>
        <source>The subscriptions could not be read.</source>
        <translation>Die Abonnements konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Disconnected %1</source>
        <translation>%1 getrennt</translation>
    </message>
    <message>
        <source>The session could not be disconnected.</source>
        <translation>Die Sitzung konnte nicht getrennt werden.</translation>
    </message>
    <message>
        <source>Forget the client</source>
        <translation>Client vergessen</translation>
    </message>
    <message>
        <source>Forget the client %1?</source>
        <translation>Client %1 vergessen?</translation>
    </message>
    <message>
        <source>It is disconnected, and gets all its data afresh when it comes again.</source>
        <translation>Er wird getrennt und erhält alle Daten von vorn, wenn er wiederkommt.</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>&amp;Vergessen</translation>
    </message>
    <message>
        <source>Forgot %1</source>
        <translation>%1 vergessen</translation>
    </message>
    <message>
        <source>The client could not be forgotten.</source>
        <translation>Der Client konnte nicht vergessen werden.</translation>
    </message>
</context>
<context>
    <name>electric::console::SettingsForm</name>
    <message>
        <source>Settings of the profile</source>
        <translation>Einstellungen des Profils</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>nicht gesetzt</translation>
    </message>
    <message>
        <source>not set: %1</source>
        <translation>nicht gesetzt: %1</translation>
    </message>
    <message>
        <source>⚠ %1 %2. Accepted: %3.</source>
        <translation>⚠ %1 %2. Erlaubt: %3.</translation>
    </message>
</context>
<context>
    <name>electric::console::SettingsModel</name>
    <message>
        <source>set, not shown</source>
        <translation>gesetzt, nicht gezeigt</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>nicht gesetzt</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>given</source>
        <translation>angegeben</translation>
    </message>
    <message>
        <source>of the embedded Postgres</source>
        <translation>des eingebetteten Postgres</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Where from</source>
        <translation>Herkunft</translation>
    </message>
</context>
<context>
    <name>electric::console::SettingsPage</name>
    <message>
        <source>In &amp;force</source>
        <translation>In Kra&amp;ft</translation>
    </message>
    <message>
        <source>Profile&amp;s</source>
        <translation>&amp;Profile</translation>
    </message>
    <message>
        <source>Settings in force</source>
        <translation>Geltende Einstellungen</translation>
    </message>
    <message>
        <source>The settings in force are known while the service runs.</source>
        <translation>Die geltenden Einstellungen sind bekannt, solange der Dienst läuft.</translation>
    </message>
    <message>
        <source>Choose a setting to read what it does.</source>
        <translation>Eine Einstellung auswählen, um zu lesen, was sie bewirkt.</translation>
    </message>
    <message>
        <source>&amp;Settings</source>
        <translation>&amp;Einstellungen</translation>
    </message>
</context>
<context>
    <name>electric::console::SlotsModel</name>
    <message>
        <source>is read</source>
        <translation>wird gelesen</translation>
    </message>
    <message>
        <source>nobody reads it</source>
        <translation>niemand liest ihn</translation>
    </message>
    <message>
        <source>this service</source>
        <translation>diesem Dienst</translation>
    </message>
    <message>
        <source>another program</source>
        <translation>anderem Programm</translation>
    </message>
    <message>
        <source>Slot</source>
        <translation>Slot</translation>
    </message>
    <message>
        <source>Belongs to</source>
        <translation>Gehört</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Nutzung</translation>
    </message>
    <message>
        <source>Log kept</source>
        <translation>Aufbewahrtes Log</translation>
    </message>
    <message>
        <source>From %1 on</source>
        <translation>Ab %1</translation>
    </message>
    <message>
        <source>Until it is lost</source>
        <translation>Bis zum Verlust</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>Of max_slot_wal_keep_size</source>
        <translation>Von max_slot_wal_keep_size</translation>
    </message>
    <message>
        <source>State of the log</source>
        <translation>Zustand des Logs</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Bestätigt</translation>
    </message>
</context>
<context>
    <name>electric::console::Standing</name>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Connecting to Postgres</source>
        <translation>Verbindung zu Postgres wird aufgebaut</translation>
    </message>
    <message>
        <source>Starting replication</source>
        <translation>Replikation wird gestartet</translation>
    </message>
    <message>
        <source>Catching up with Postgres</source>
        <translation>Holt Postgres ein</translation>
    </message>
    <message>
        <source>Degraded</source>
        <translation>Eingeschränkt</translation>
    </message>
    <message>
        <source>No service</source>
        <translation>Kein Dienst</translation>
    </message>
    <message>
        <source>No running service was found on this computer.</source>
        <translation>Auf diesem Rechner wurde kein laufender Dienst gefunden.</translation>
    </message>
    <message>
        <source>Start one here, or with electric-service serve.</source>
        <translation>Hier einen starten oder mit electric-service serve.</translation>
    </message>
    <message>
        <source>Looking for the service</source>
        <translation>Dienst wird gesucht</translation>
    </message>
    <message>
        <source>Not running</source>
        <translation>Läuft nicht</translation>
    </message>
    <message>
        <source>Another version</source>
        <translation>Andere Version</translation>
    </message>
    <message>
        <source>Asking the service</source>
        <translation>Dienst wird gefragt</translation>
    </message>
</context>
<context>
    <name>electric::console::StateMark</name>
    <message>
        <source>State: %1</source>
        <translation>Zustand: %1</translation>
    </message>
</context>
<context>
    <name>electric::console::TablesModel</name>
    <message>
        <source>Electrified</source>
        <translation>Elektrifiziert</translation>
    </message>
    <message>
        <source>Not electrified</source>
        <translation>Nicht elektrifiziert</translation>
    </message>
    <message>
        <source>Cannot be electrified</source>
        <translation>Nicht elektrifizierbar</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>As Postgres estimates</source>
        <translation>Nach Schätzung von Postgres</translation>
    </message>
    <message>
        <source>Shadow rows</source>
        <translation>Schattenzeilen</translation>
    </message>
    <message>
        <source>What Electric keeps of rows to settle conflicts; as Postgres estimates</source>
        <translation>Was Electric von Zeilen aufbewahrt, um Konflikte zu lösen; nach Schätzung von Postgres</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Why not</source>
        <translation>Warum nicht</translation>
    </message>
</context>
<context>
    <name>electric::console::TablesPage</name>
    <message>
        <source>&amp;Tables and migrations</source>
        <translation>&amp;Tabellen und Migrationen</translation>
    </message>
    <message>
        <source>The tables could not be read.</source>
        <translation>Die Tabellen konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The migrations could not be read.</source>
        <translation>Die Migrationen konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>No table matches the filter. Press Escape in the filter to see all.</source>
        <translation>Keine Tabelle passt zum Filter. Escape im Filter zeigt wieder alle.</translation>
    </message>
    <message>
        <source>Reading the tables …</source>
        <translation>Tabellen werden gelesen …</translation>
    </message>
    <message>
        <source>Tables are shown here as soon as the service answers.</source>
        <translation>Tabellen erscheinen hier, sobald der Dienst antwortet.</translation>
    </message>
    <message>
        <source>The database has no tables. Create one through the migrations proxy, then electrify it.</source>
        <translation>Die Datenbank hat keine Tabellen. Über den Migrations-Proxy eine anlegen und dann elektrifizieren.</translation>
    </message>
    <message>
        <source>No migrations. There is one as soon as a table is electrified.</source>
        <translation>Keine Migrationen. Es gibt eine, sobald eine Tabelle elektrifiziert ist.</translation>
    </message>
    <message>
        <source>Choose a table to see how it is.</source>
        <translation>Eine Tabelle auswählen, um ihren Zustand zu sehen.</translation>
    </message>
    <message>
        <source>%1 is electrified: clients can sync it.</source>
        <translation>%1 ist elektrifiziert: Clients können die Tabelle synchronisieren.</translation>
    </message>
    <message>
        <source>%1 can be electrified. Clients do not see it until then.</source>
        <translation>%1 kann elektrifiziert werden. Bis dahin sehen Clients die Tabelle nicht.</translation>
    </message>
    <message>
        <source>%1 cannot be electrified: %2. %3</source>
        <translation>%1 kann nicht elektrifiziert werden: %2. %3</translation>
    </message>
    <message>
        <source>%1 cannot be electrified.</source>
        <translation>%1 kann nicht elektrifiziert werden.</translation>
    </message>
    <message>
        <source>%1 is electrified</source>
        <translation>%1 ist elektrifiziert</translation>
    </message>
    <message>
        <source>%1 was not electrified.</source>
        <translation>%1 wurde nicht elektrifiziert.</translation>
    </message>
</context>
<context>
    <name>electric::console::Tile</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>electric::console::TimeChart</name>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>per second</source>
        <translation>je Sekunde</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>electric::console::Tray</name>
    <message>
        <source>&amp;Show the console</source>
        <translation>&amp;Konsole zeigen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Electric: %1</source>
        <translation>Electric: %1</translation>
    </message>
</context>
<context>
    <name>electric::console::Vitals</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
</context>
<context>
    <name>electric::console::WritesPage</name>
    <message>
        <source>&amp;Writes</source>
        <translation>S&amp;chreibvorgänge</translation>
    </message>
    <message>
        <source>The rejected writes could not be read.</source>
        <translation>Die abgelehnten Schreibvorgänge konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>%1 shown, %2 of %3 read</source>
        <translation>%1 gezeigt, %2 von %3 gelesen</translation>
    </message>
    <message>
        <source>No write matches the filter. Press Escape in the filter to see all.</source>
        <translation>Kein Schreibvorgang passt zum Filter. Escape im Filter zeigt wieder alle.</translation>
    </message>
    <message>
        <source>No write was refused. Writes that Postgres does not take, for example because of a CHECK constraint, are kept here.</source>
        <translation>Es wurde kein Schreibvorgang abgelehnt. Was Postgres nicht annimmt, zum Beispiel wegen eines CHECK-Constraints, wird hier aufbewahrt.</translation>
    </message>
    <message>
        <source>Reading the rejected writes …</source>
        <translation>Abgelehnte Schreibvorgänge werden gelesen …</translation>
    </message>
    <message>
        <source>Rejected writes are shown here as soon as the service answers.</source>
        <translation>Abgelehnte Schreibvorgänge erscheinen hier, sobald der Dienst antwortet.</translation>
    </message>
    <message>
        <source>Choose a write to see why it was refused.</source>
        <translation>Einen Schreibvorgang auswählen, um zu sehen, warum er abgelehnt wurde.</translation>
    </message>
    <message>
        <source>At %1 Postgres refused this write of user %2, client %3:
%4 (SQLSTATE %5)
Mend what stands in its way and retry it, or discard it.</source>
        <translation>Um %1 hat Postgres diesen Schreibvorgang von Benutzer %2, Client %3 abgelehnt:
%4 (SQLSTATE %5)
Das Hindernis beseitigen und ihn wiederholen, oder ihn verwerfen.</translation>
    </message>
    <message>
        <source>Discard writes</source>
        <translation>Schreibvorgänge verwerfen</translation>
    </message>
    <message>
        <source>Discard the chosen writes (%1)?</source>
        <translation>Die ausgewählten Schreibvorgänge (%1) verwerfen?</translation>
    </message>
    <message>
        <source>They cannot be had back. Export them first if they may be needed.</source>
        <translation>Sie lassen sich nicht zurückholen. Vorher exportieren, falls sie noch gebraucht werden könnten.</translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation>&amp;Verwerfen</translation>
    </message>
    <message>
        <source>Writes done: %1</source>
        <translation>Ausgeführte Schreibvorgänge: %1</translation>
    </message>
    <message>
        <source>Writes discarded: %1</source>
        <translation>Verworfene Schreibvorgänge: %1</translation>
    </message>
    <message>
        <source>Writes that failed again: %1.</source>
        <translation>Erneut gescheiterte Schreibvorgänge: %1.</translation>
    </message>
    <message>
        <source>Writes that could not be discarded: %1.</source>
        <translation>Nicht zu verwerfende Schreibvorgänge: %1.</translation>
    </message>
    <message>
        <source>Export rejected writes</source>
        <translation>Abgelehnte Schreibvorgänge exportieren</translation>
    </message>
</context>
</TS>
