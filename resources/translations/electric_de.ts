<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ChoicePage</name>
    <message>
        <source>Which database shall Electric sync?</source>
        <translation>Welche Datenbank soll Electric synchronisieren?</translation>
    </message>
    <message>
        <source>Electric keeps a Postgres database and the apps on your devices in sync. In a minute a first table syncs.</source>
        <translation>Electric hält eine Postgres-Datenbank und die Apps auf den eigenen Geräten synchron. In einer Minute synchronisiert eine erste Tabelle.</translation>
    </message>
    <message>
        <source>A new one, on this &amp;computer</source>
        <translation>Eine neue, auf diesem &amp;Rechner</translation>
    </message>
    <message>
        <source>Electric makes a private Postgres and runs it. Nothing has to be set, and nothing else on this computer changes. Good to try things, and to develop.</source>
        <translation>Electric legt ein eigenes Postgres an und betreibt es. Es ist nichts einzustellen, und sonst ändert sich auf diesem Rechner nichts. Gut zum Ausprobieren und zum Entwickeln.</translation>
    </message>
    <message>
        <source>&amp;My Postgres, here or elsewhere</source>
        <translation>&amp;Mein Postgres, hier oder anderswo</translation>
    </message>
    <message>
        <source>Version 14 or later, with wal_level = logical. You are asked for its address, and what it lacks is named with its remedy before anything is done.</source>
        <translation>Version 14 oder neuer, mit wal_level = logical. Es wird nach der Adresse gefragt, und was fehlt, wird mit Abhilfe genannt, bevor etwas geschieht.</translation>
    </message>
</context>
<context>
    <name>ConnectPage</name>
    <message>
        <source>Where is your Postgres?</source>
        <translation>Wo ist das Postgres?</translation>
    </message>
    <message>
        <source>The test looks at the server and at the rights of the role. It changes nothing.</source>
        <translation>Der Test sieht sich den Server und die Rechte der Rolle an. Er verändert nichts.</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>Address of the database</source>
        <translation>Adresse der Datenbank</translation>
    </message>
    <message>
        <source>Only with T&amp;LS</source>
        <translation>Nur mit T&amp;LS</translation>
    </message>
    <message>
        <source>T&amp;est</source>
        <translation>T&amp;esten</translation>
    </message>
</context>
<context>
    <name>DoctorTab</name>
    <message>
        <source>Result of the check</source>
        <translation>Ergebnis der Prüfung</translation>
    </message>
    <message>
        <source>Copy re&amp;port</source>
        <translation>&amp;Bericht kopieren</translation>
    </message>
    <message>
        <source>Findings, status, settings and replication as Markdown, without passwords, keys and tokens</source>
        <translation>Befunde, Status, Einstellungen und Replikation als Markdown, ohne Passwörter, Schlüssel und Tokens</translation>
    </message>
    <message>
        <source>Check &amp;again</source>
        <translation>&amp;Erneut prüfen</translation>
    </message>
    <message>
        <source>F5</source>
        <translation>F5</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>The finding</source>
        <translation>Der Befund</translation>
    </message>
    <message>
        <source>Copy &amp;what to do</source>
        <translation>&amp;Maßnahme kopieren</translation>
    </message>
</context>
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
    <name>ExportDialog</name>
    <message>
        <source>Export settings</source>
        <translation>Einstellungen exportieren</translation>
    </message>
    <message>
        <source>&amp;Write as</source>
        <translation>S&amp;chreiben als</translation>
    </message>
    <message>
        <source>Write as</source>
        <translation>Schreiben als</translation>
    </message>
    <message>
        <source>The settings as text</source>
        <translation>Die Einstellungen als Text</translation>
    </message>
</context>
<context>
    <name>FinishPage</name>
    <message>
        <source>Rows that sync</source>
        <translation>Zeilen, die synchronisieren</translation>
    </message>
    <message>
        <source>How an app syncs it</source>
        <translation>Wie eine App sie synchronisiert</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copy how an app syncs it</source>
        <translation>Kopieren, wie eine App sie synchronisiert</translation>
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
    <message>
        <source>Text, dir:in, type:SatOpLog, larger:1k, -not …</source>
        <translation>Text, dir:in, type:SatOpLog, larger:1k, -nicht …</translation>
    </message>
    <message>
        <source>Co&amp;nditions</source>
        <translation>&amp;Bedingungen</translation>
    </message>
    <message>
        <source>What can be written in the filter</source>
        <translation>Was im Filter stehen kann</translation>
    </message>
    <message>
        <source>&amp;Save …</source>
        <translation>&amp;Speichern …</translation>
    </message>
    <message>
        <source>Ro&amp;ws</source>
        <translation>&amp;Zeilen</translation>
    </message>
    <message>
        <source>Operations of the frame with their values</source>
        <translation>Operationen des Frames mit ihren Werten</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>Betrieb</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>&amp;JSON</source>
        <translation>JS&amp;ON</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import settings</source>
        <translation>Einstellungen importieren</translation>
    </message>
    <message>
        <source>Paste a .env file, a docker run command, a Compose file or a systemd &amp;unit:</source>
        <translation>Eine .env-Datei, einen docker-run-Befehl, eine Compose-Datei oder eine systemd-&amp;Unit einfügen:</translation>
    </message>
    <message>
        <source>Settings to import</source>
        <translation>Zu importierende Einstellungen</translation>
    </message>
    <message>
        <source>docker run -e &quot;DATABASE_URL=postgresql://…&quot; -e … -p 5133:5133 electricsql/electric</source>
        <translation>docker run -e &quot;DATABASE_URL=postgresql://…&quot; -e … -p 5133:5133 electricsql/electric</translation>
    </message>
    <message>
        <source>&amp;Open a file…</source>
        <translation>Datei ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>&amp;Read as</source>
        <translation>&amp;Lesen als</translation>
    </message>
    <message>
        <source>Read as</source>
        <translation>Lesen als</translation>
    </message>
    <message>
        <source>What would change</source>
        <translation>Was sich ändern würde</translation>
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
    <name>LoginPanel</name>
    <message>
        <source>Start the consol&amp;e at login, in the tray</source>
        <translation>Die Konsol&amp;e bei der Anmeldung starten, im Infobereich</translation>
    </message>
    <message>
        <source>Start the se&amp;rvices of these profiles at login, with or without the console:</source>
        <translation>Die D&amp;ienste dieser Profile bei der Anmeldung starten, mit oder ohne Konsole:</translation>
    </message>
    <message>
        <source>Services that start at login</source>
        <translation>Dienste, die bei der Anmeldung starten</translation>
    </message>
    <message>
        <source>Takes effect at the next login; what runs now is neither started nor stopped. A service for all users, which runs before anybody logs in, is the unit electric.service of the package.</source>
        <translation>Wirkt ab der nächsten Anmeldung; was jetzt läuft, wird weder gestartet noch beendet. Ein Dienst für alle Benutzer, der schon vor einer Anmeldung läuft, ist die Unit electric.service des Pakets.</translation>
    </message>
</context>
<context>
    <name>PlacePage</name>
    <message>
        <source>Where shall it listen?</source>
        <translation>Wo soll der Dienst lauschen?</translation>
    </message>
    <message>
        <source>Only this computer reaches the service. Tokens are not checked: for development. Both can be changed on the page Settings.</source>
        <translation>Nur dieser Rechner erreicht den Dienst. Tokens werden nicht geprüft: zum Entwickeln. Beides lässt sich auf der Seite Einstellungen ändern.</translation>
    </message>
    <message>
        <source>Name of the &amp;profile</source>
        <translation>Name des &amp;Profils</translation>
    </message>
    <message>
        <source>Name of the profile</source>
        <translation>Name des Profils</translation>
    </message>
    <message>
        <source>Port for &amp;apps</source>
        <translation>Port für &amp;Apps</translation>
    </message>
    <message>
        <source>Port for apps</source>
        <translation>Port für Apps</translation>
    </message>
    <message>
        <source>Port for &amp;migrations</source>
        <translation>Port für &amp;Migrationen</translation>
    </message>
    <message>
        <source>Port for migrations</source>
        <translation>Port für Migrationen</translation>
    </message>
    <message>
        <source>Make an &amp;example: a table electric_example with two rows, which syncs at once</source>
        <translation>Ein B&amp;eispiel anlegen: eine Tabelle electric_example mit zwei Zeilen, die sofort synchronisiert</translation>
    </message>
    <message>
        <source>To remove it later, through the port for migrations: ALTER TABLE electric_example DISABLE ELECTRIC; DROP TABLE electric_example;</source>
        <translation>Um es später zu entfernen, über den Port für Migrationen: ALTER TABLE electric_example DISABLE ELECTRIC; DROP TABLE electric_example;</translation>
    </message>
</context>
<context>
    <name>ProgressPage</name>
    <message>
        <source>Electric starts</source>
        <translation>Electric startet</translation>
    </message>
    <message>
        <source>The service goes on when this window, or the console, is closed.</source>
        <translation>Der Dienst läuft weiter, wenn dieses Fenster oder die Konsole geschlossen wird.</translation>
    </message>
    <message>
        <source>What was done</source>
        <translation>Was getan wurde</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Try a&amp;gain</source>
        <translation>Ern&amp;eut versuchen</translation>
    </message>
</context>
<context>
    <name>RemovalTab</name>
    <message>
        <source>This takes Electric out of the database: its schema with the triggers on your tables, its publication, replication slot and subscription. Your tables and their rows stay. The service ends, apps no longer sync, and writes that they have not sent yet stay with them.</source>
        <translation>Das nimmt Electric aus der Datenbank: sein Schema mit den Triggern auf den eigenen Tabellen, seine Publication, seinen Replikations-Slot und seine Subscription. Die eigenen Tabellen und ihre Zeilen bleiben. Der Dienst beendet sich, Apps synchronisieren nicht mehr, und Schreibvorgänge, die sie noch nicht gesendet haben, bleiben bei ihnen.</translation>
    </message>
    <message>
        <source>What is run, in this order (S&amp;QL):</source>
        <translation>Was ausgeführt wird, in dieser Reihenfolge (S&amp;QL):</translation>
    </message>
    <message>
        <source>SQL that removes Electric</source>
        <translation>SQL, das Electric entfernt</translation>
    </message>
    <message>
        <source>Re&amp;fresh</source>
        <translation>&amp;Neu laden</translation>
    </message>
    <message>
        <source>F5</source>
        <translation>F5</translation>
    </message>
    <message>
        <source>Co&amp;py SQL</source>
        <translation>SQL ko&amp;pieren</translation>
    </message>
    <message>
        <source>To run it by hand, when the service does not run</source>
        <translation>Um es von Hand auszuführen, wenn der Dienst nicht läuft</translation>
    </message>
    <message>
        <source>Re&amp;move Electric …</source>
        <translation>Electric ent&amp;fernen …</translation>
    </message>
    <message>
        <source>Asks for the name of the database first</source>
        <translation>Fragt zuerst nach dem Namen der Datenbank</translation>
    </message>
</context>
<context>
    <name>RemoveDialog</name>
    <message>
        <source>Remove Electric</source>
        <translation>Electric entfernen</translation>
    </message>
    <message>
        <source>&amp;Type the name of the database to confirm:</source>
        <translation>Zum Bestätigen den &amp;Namen der Datenbank eingeben:</translation>
    </message>
    <message>
        <source>Name of the database</source>
        <translation>Name der Datenbank</translation>
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
    <message>
        <source>&amp;Time range:</source>
        <translation>&amp;Zeitraum:</translation>
    </message>
    <message>
        <source>Time range of the charts</source>
        <translation>Zeitraum der Diagramme</translation>
    </message>
    <message>
        <source>&amp;Export as CSV …</source>
        <translation>Als &amp;CSV exportieren …</translation>
    </message>
    <message>
        <source>Saves what the charts show, a line for each measurement</source>
        <translation>Speichert, was die Diagramme zeigen, je Messung eine Zeile</translation>
    </message>
    <message>
        <source>Ch&amp;arts</source>
        <translation>&amp;Diagramme</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>Diagramme</translation>
    </message>
    <message>
        <source>&amp;State and slots</source>
        <translation>Zustand &amp;und Slots</translation>
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
        <source>Holds rows of %1</source>
        <translation>Hält Zeilen von %1</translation>
    </message>
    <message>
        <source>&amp;All clients …</source>
        <translation>Alle &amp;Clients …</translation>
    </message>
    <message>
        <source>Col&amp;umns</source>
        <translation>Spa&amp;lten</translation>
    </message>
    <message>
        <source>Which columns are shown</source>
        <translation>Welche Spalten gezeigt werden</translation>
    </message>
    <message>
        <source>Fra&amp;mes</source>
        <translation>Fra&amp;mes</translation>
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
    <name>ShapesTab</name>
    <message>
        <source>&amp;Table:</source>
        <translation>&amp;Tabelle:</translation>
    </message>
    <message>
        <source>Table of the shape</source>
        <translation>Tabelle der Shape</translation>
    </message>
    <message>
        <source>As &amp;user:</source>
        <translation>Als Ben&amp;utzer:</translation>
    </message>
    <message>
        <source>Id of the user</source>
        <translation>ID des Benutzers</translation>
    </message>
    <message>
        <source>Nobody: rows without electric_user_id</source>
        <translation>Niemand: Zeilen ohne electric_user_id</translation>
    </message>
    <message>
        <source>Tables with a column electric_user_id show a user&apos;s own rows and those that belong to nobody</source>
        <translation>Tabellen mit einer Spalte electric_user_id zeigen die eigenen Zeilen eines Benutzers und die, die niemandem gehören</translation>
    </message>
    <message>
        <source>Tr&amp;y</source>
        <translation>&amp;Probieren</translation>
    </message>
    <message>
        <source>Ctrl+Return; nothing is changed</source>
        <translation>Strg+Eingabe; es wird nichts verändert</translation>
    </message>
    <message>
        <source>&amp;Where (the row is called this):</source>
        <translation>&amp;Where (die Zeile heißt this):</translation>
    </message>
    <message>
        <source>All rows. For example: this.status = &apos;open&apos; AND this.size &gt; 10</source>
        <translation>Alle Zeilen. Zum Beispiel: this.status = &apos;open&apos; AND this.size &gt; 10</translation>
    </message>
    <message>
        <source>Condition of the shape</source>
        <translation>Bedingung der Shape</translation>
    </message>
    <message>
        <source>What is wrong with the shape</source>
        <translation>Was an der Shape nicht stimmt</translation>
    </message>
    <message>
        <source>&amp;Include, along foreign keys:</source>
        <translation>&amp;Include, entlang von Fremdschlüsseln:</translation>
    </message>
    <message>
        <source>Tables to include</source>
        <translation>Einzuschließende Tabellen</translation>
    </message>
    <message>
        <source>What the shape has</source>
        <translation>Was die Shape enthält</translation>
    </message>
    <message>
        <source>Tables of the shape</source>
        <translation>Tabellen der Shape</translation>
    </message>
    <message>
        <source>First rows of the table</source>
        <translation>Erste Zeilen der Tabelle</translation>
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
    <name>TokenDialog</name>
    <message>
        <source>Token for development</source>
        <translation>Token zum Entwickeln</translation>
    </message>
    <message>
        <source>&amp;User id</source>
        <translation>&amp;Benutzer-ID</translation>
    </message>
    <message>
        <source>User id</source>
        <translation>Benutzer-ID</translation>
    </message>
    <message>
        <source>&amp;Good for</source>
        <translation>&amp;Gültig für</translation>
    </message>
    <message>
        <source>Good for</source>
        <translation>Gültig für</translation>
    </message>
    <message>
        <source>Signed with the key of this profile; in the mode insecure it is not signed at all.</source>
        <translation>Mit dem Schlüssel dieses Profils signiert; im Modus insecure ist es gar nicht signiert.</translation>
    </message>
</context>
<context>
    <name>TokenTab</name>
    <message>
        <source>What the service goes by</source>
        <translation>Wonach der Dienst sich richtet</translation>
    </message>
    <message>
        <source>Profi&amp;le:</source>
        <translation>Profi&amp;l:</translation>
    </message>
    <message>
        <source>Profile to take the settings from</source>
        <translation>Profil, aus dem die Einstellungen stammen</translation>
    </message>
    <message>
        <source>&amp;Algorithm:</source>
        <translation>Algorith&amp;mus:</translation>
    </message>
    <message>
        <source>Algorithm</source>
        <translation>Algorithmus</translation>
    </message>
    <message>
        <source>none (insecure)</source>
        <translation>keiner (insecure)</translation>
    </message>
    <message>
        <source>Ke&amp;y:</source>
        <translation>S&amp;chlüssel:</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Stays in this window: it is not stored, and not sent to the service</source>
        <translation>Bleibt in diesem Fenster: wird nicht gespeichert und nicht an den Dienst gesendet</translation>
    </message>
    <message>
        <source>In &amp;Base64</source>
        <translation>In &amp;Base64</translation>
    </message>
    <message>
        <source>&amp;Issuer:</source>
        <translation>Ausst&amp;eller:</translation>
    </message>
    <message>
        <source>Issuer</source>
        <translation>Aussteller</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Beliebig</translation>
    </message>
    <message>
        <source>A&amp;udience:</source>
        <translation>A&amp;udience:</translation>
    </message>
    <message>
        <source>Audience</source>
        <translation>Audience</translation>
    </message>
    <message>
        <source>&amp;Namespace:</source>
        <translation>&amp;Namensraum:</translation>
    </message>
    <message>
        <source>Namespace of the claims</source>
        <translation>Namensraum der Claims</translation>
    </message>
    <message>
        <source>None: sub stands among the other claims</source>
        <translation>Keiner: sub steht bei den anderen Claims</translation>
    </message>
    <message>
        <source>A new token</source>
        <translation>Ein neues Token</translation>
    </message>
    <message>
        <source>Us&amp;er id:</source>
        <translation>Benut&amp;zer-ID:</translation>
    </message>
    <message>
        <source>User id</source>
        <translation>Benutzer-ID</translation>
    </message>
    <message>
        <source>Valid &amp;for:</source>
        <translation>Gültig &amp;für:</translation>
    </message>
    <message>
        <source>How long it is valid</source>
        <translation>Wie lange es gültig ist</translation>
    </message>
    <message>
        <source>Unit of how long it is valid</source>
        <translation>Einheit der Gültigkeit</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>Stunden</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>&amp;Make token</source>
        <translation>Token e&amp;rstellen</translation>
    </message>
    <message>
        <source>&amp;Token:</source>
        <translation>&amp;Token:</translation>
    </message>
    <message>
        <source>Co&amp;py token</source>
        <translation>Token ko&amp;pieren</translation>
    </message>
    <message>
        <source>eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…</source>
        <translation>eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>What the service makes of the token</source>
        <translation>Wie der Dienst das Token beurteilt</translation>
    </message>
    <message>
        <source>What the token says</source>
        <translation>Was das Token sagt</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>In Worten</translation>
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
    <name>electric::console::Assistant</name>
    <message>
        <source>First steps with Electric</source>
        <translation>Erste Schritte mit Electric</translation>
    </message>
</context>
<context>
    <name>electric::console::Autostart</name>
    <message>
        <source>%1 cannot be written: %2. Check the rights and the space in its directory.</source>
        <translation>%1 kann nicht geschrieben werden: %2. Rechte und Platz in seinem Verzeichnis prüfen.</translation>
    </message>
    <message>
        <source>%1 cannot be removed: %2. Remove it by hand, then it is off.</source>
        <translation>%1 kann nicht entfernt werden: %2. Die Datei von Hand entfernen, dann ist es aus.</translation>
    </message>
    <message>
        <source>%1 cannot be made. Check the rights of its directory.</source>
        <translation>%1 kann nicht angelegt werden. Die Rechte des Verzeichnisses prüfen.</translation>
    </message>
    <message>
        <source>Services are started at login by systemd, which does not run on this computer.</source>
        <translation>Dienste startet bei der Anmeldung systemd, das auf diesem Rechner nicht läuft.</translation>
    </message>
    <message>
        <source>Passwords of this profile are in the key ring, which is locked before you log in. Keep them in the profile&apos;s file: tick the box beneath the profile and save it.</source>
        <translation>Passwörter dieses Profils liegen im Schlüsselbund, der vor der Anmeldung gesperrt ist. Sie in der Profildatei aufbewahren: das Kästchen unter dem Profil ankreuzen und es speichern.</translation>
    </message>
</context>
<context>
    <name>electric::console::Columns</name>
    <message>
        <source>&amp;Show all</source>
        <translation>&amp;Alle zeigen</translation>
    </message>
    <message>
        <source>&amp;Fit the widths</source>
        <translation>&amp;Breiten anpassen</translation>
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
    <name>electric::console::DoctorTab</name>
    <message>
        <source>The check could not be made.</source>
        <translation>Die Prüfung war nicht möglich.</translation>
    </message>
    <message>
        <source>The service is looking at itself and at Postgres …</source>
        <translation>Der Dienst prüft sich selbst und Postgres …</translation>
    </message>
    <message>
        <source>What the doctor finds is shown here as soon as the service answers.</source>
        <translation>Was die Diagnose findet, erscheint hier, sobald der Dienst antwortet.</translation>
    </message>
    <message>
        <source>Checking …</source>
        <translation>Prüfung läuft …</translation>
    </message>
    <message>
        <source>All is well. Checked at %1.</source>
        <translation>Alles in Ordnung. Geprüft um %1.</translation>
    </message>
    <message>
        <source>Errors: %1, warnings: %2. Checked at %3.</source>
        <translation>Fehler: %1, Warnungen: %2. Geprüft um %3.</translation>
    </message>
    <message>
        <source>Choose a finding to read all of it.</source>
        <translation>Einen Befund auswählen, um ihn ganz zu lesen.</translation>
    </message>
    <message>
        <source>%1
What to do: %2</source>
        <translation>%1
Maßnahme: %2</translation>
    </message>
    <message>
        <source>Copied the report, without passwords, keys and tokens</source>
        <translation>Bericht kopiert, ohne Passwörter, Schlüssel und Tokens</translation>
    </message>
    <message>
        <source>Copied what to do</source>
        <translation>Maßnahme kopiert</translation>
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
    <name>electric::console::ExportDialog</name>
    <message>
        <source>With passwords and keys (%1): whoever has the text has them, too</source>
        <translation>Mit Passwörtern und Schlüsseln (%1): Wer den Text hat, hat auch sie</translation>
    </message>
    <message>
        <source>There are no passwords and keys among the settings</source>
        <translation>Unter den Einstellungen sind keine Passwörter und Schlüssel</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Speichern …</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Export settings</source>
        <translation>Einstellungen exportieren</translation>
    </message>
</context>
<context>
    <name>electric::console::FindingsList</name>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>What the test found</source>
        <translation>Ergebnis des Tests</translation>
    </message>
    <message>
        <source>Copy the remedy</source>
        <translation>Abhilfe kopieren</translation>
    </message>
</context>
<context>
    <name>electric::console::FindingsModel</name>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>Schwere</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>Befund</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Maßnahme</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
</context>
<context>
    <name>electric::console::FirstRun</name>
    <message>
        <source>Type or paste the address of your database.</source>
        <translation>Die Adresse der Datenbank eingeben oder einfügen.</translation>
    </message>
    <message>
        <source>The address %1.</source>
        <translation>Die Adresse %1.</translation>
    </message>
    <message>
        <source># In the folder of your app; PASSWORD is PG_PROXY_PASSWORD, see the page Settings:</source>
        <translation># Im Ordner der App; PASSWORD ist PG_PROXY_PASSWORD, siehe Seite Einstellungen:</translation>
    </message>
    <message>
        <source>In your app:</source>
        <translation>In der App:</translation>
    </message>
</context>
<context>
    <name>electric::console::FirstStart</name>
    <message>
        <source>The service answers. It connects to the database and prepares it.</source>
        <translation>Der Dienst antwortet. Er verbindet sich mit der Datenbank und richtet sie ein.</translation>
    </message>
    <message>
        <source>Saving the profile %1.</source>
        <translation>Profil %1 wird gespeichert.</translation>
    </message>
    <message>
        <source>Saved; passwords are in the key ring.</source>
        <translation>Gespeichert; Passwörter liegen im Schlüsselbund.</translation>
    </message>
    <message>
        <source>Saved. This desktop has no key ring that answers, so the passwords are in %1, which only you can read.</source>
        <translation>Gespeichert. Auf diesem Desktop antwortet kein Schlüsselbund, daher stehen die Passwörter in %1; die Datei ist nur für den eigenen Benutzer lesbar.</translation>
    </message>
    <message>
        <source>Starting the service. The first time it makes a database, which takes some seconds.</source>
        <translation>Dienst wird gestartet. Beim ersten Mal legt er eine Datenbank an, was einige Sekunden dauert.</translation>
    </message>
    <message>
        <source>Starting the service.</source>
        <translation>Dienst wird gestartet.</translation>
    </message>
    <message>
        <source>The service is ready.</source>
        <translation>Der Dienst ist bereit.</translation>
    </message>
    <message>
        <source>Making the table electric_example.</source>
        <translation>Tabelle electric_example wird angelegt.</translation>
    </message>
    <message>
        <source>Looking for electrified tables.</source>
        <translation>Elektrifizierte Tabellen werden gesucht.</translation>
    </message>
    <message>
        <source>Done.</source>
        <translation>Fertig.</translation>
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
        <source>Frames copied: %1</source>
        <translation>Frames kopiert: %1</translation>
    </message>
    <message>
        <source>Save the frames</source>
        <translation>Frames speichern</translation>
    </message>
    <message>
        <source>The session of %1 has ended.</source>
        <translation>Die Sitzung von %1 ist beendet.</translation>
    </message>
    <message>
        <source>The session of %1 has ended: the service was started anew.</source>
        <translation>Die Sitzung von %1 ist beendet: Der Dienst wurde neu gestartet.</translation>
    </message>
    <message>
        <source>From the &amp;client</source>
        <translation>Vom &amp;Client</translation>
    </message>
    <message>
        <source>&amp;To the client</source>
        <translation>&amp;Zum Client</translation>
    </message>
    <message>
        <source>&amp;Operations on rows</source>
        <translation>&amp;Operationen an Zeilen</translation>
    </message>
    <message>
        <source>&amp;Larger than 1 KiB</source>
        <translation>&amp;Größer als 1 KiB</translation>
    </message>
    <message>
        <source>&amp;Smaller than 1 KiB</source>
        <translation>&amp;Kleiner als 1 KiB</translation>
    </message>
    <message>
        <source>&amp;Without pings and acknowledgements</source>
        <translation>&amp;Ohne Pings und Bestätigungen</translation>
    </message>
    <message>
        <source>No frame matches the filter. Press Escape in the filter to see all.</source>
        <translation>Kein Frame passt zum Filter. Escape im Filter zeigt wieder alle.</translation>
    </message>
    <message>
        <source>Choose another one above.</source>
        <translation>Oben eine andere auswählen.</translation>
    </message>
</context>
<context>
    <name>electric::console::FrameQuery</name>
    <message>
        <source>dir: is followed by in or out, as in dir:in.</source>
        <translation>Auf dir: folgt in oder out, wie in dir:in.</translation>
    </message>
    <message>
        <source>type: is followed by a part of a type, as in type:SatOpLog.</source>
        <translation>Auf type: folgt ein Teil eines Typs, wie in type:SatOpLog.</translation>
    </message>
    <message>
        <source>%1: is followed by a size, as in %1:1k or %1:200.</source>
        <translation>Auf %1: folgt eine Größe, wie in %1:1k oder %1:200.</translation>
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
    <message>
        <source>and %1 more</source>
        <translation>und %1 weitere</translation>
    </message>
</context>
<context>
    <name>electric::console::GeneratedSecret</name>
    <message>
        <source>Choose AUTH_JWT_ALG first: the key is as long as the algorithm wants it.</source>
        <translation>Zuerst AUTH_JWT_ALG auswählen: Der Schlüssel ist so lang, wie der Algorithmus es verlangt.</translation>
    </message>
    <message>
        <source>For %1 the key here is the public half of a pair: whoever signs the tokens makes it.</source>
        <translation>Für %1 ist der Schlüssel hier die öffentliche Hälfte eines Paars: Wer die Tokens signiert, erstellt es.</translation>
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
    <name>electric::console::ImportDialog</name>
    <message>
        <source>&amp;Take over</source>
        <translation>Ü&amp;bernehmen</translation>
    </message>
    <message>
        <source>Puts the settings into the form; nothing is saved yet</source>
        <translation>Trägt die Einstellungen in das Formular ein; gespeichert wird noch nichts</translation>
    </message>
    <message>
        <source>Import settings</source>
        <translation>Einstellungen importieren</translation>
    </message>
    <message>
        <source>%1 cannot be read. Give yourself the right to read it, or paste its text.</source>
        <translation>%1 kann nicht gelesen werden. Das Recht zum Lesen einräumen oder den Text einfügen.</translation>
    </message>
    <message>
        <source>Nothing to import yet.</source>
        <translation>Noch nichts zu importieren.</translation>
    </message>
    <message>
        <source>Nothing would change.</source>
        <translation>Es würde sich nichts ändern.</translation>
    </message>
    <message>
        <source>Settings that would change: %1.</source>
        <translation>Einstellungen, die sich ändern würden: %1.</translation>
    </message>
</context>
<context>
    <name>electric::console::IncludeModel</name>
    <message>
        <source>%1 whose %2 points here</source>
        <translation>%1, deren %2 hierher zeigt</translation>
    </message>
    <message>
        <source>%1 that %2 points at</source>
        <translation>%1, worauf %2 zeigt</translation>
    </message>
    <message>
        <source>The rows of %1 whose %2 points at a row of %3</source>
        <translation>Die Zeilen von %1, deren %2 auf eine Zeile von %3 zeigt</translation>
    </message>
    <message>
        <source>The row of %1 that %2 of %3 points at. It comes along in any case; tick it to go on from there.</source>
        <translation>Die Zeile von %1, auf die %2 von %3 zeigt. Sie kommt in jedem Fall mit; ankreuzen, um von dort weiterzugehen.</translation>
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
    <message>
        <source>Stop that program, or set %1 of the profile %2 to another port; %3 is free.</source>
        <translation>Dieses Programm beenden oder %1 im Profil %2 auf einen anderen Port setzen; %3 ist frei.</translation>
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
    <name>electric::console::LoginPanel</name>
    <message>
        <source>The console starts at login</source>
        <translation>Die Konsole startet bei der Anmeldung</translation>
    </message>
    <message>
        <source>The console does not start at login</source>
        <translation>Die Konsole startet nicht bei der Anmeldung</translation>
    </message>
    <message>
        <source>The service %1 does not start at login</source>
        <translation>Der Dienst %1 startet nicht bei der Anmeldung</translation>
    </message>
    <message>
        <source>The program electric-service was not found. Install it, or put it beside electric-console.</source>
        <translation>Das Programm electric-service wurde nicht gefunden. Es installieren oder neben electric-console legen.</translation>
    </message>
    <message>
        <source>The service %1 starts at login</source>
        <translation>Der Dienst %1 startet bei der Anmeldung</translation>
    </message>
    <message>
        <source>%1 does not start at login. %2</source>
        <translation>%1 startet nicht bei der Anmeldung. %2</translation>
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
    <message>
        <source>Copy as JSON</source>
        <translation>Als JSON kopieren</translation>
    </message>
    <message>
        <source>debug and above</source>
        <translation>debug und höher</translation>
    </message>
    <message>
        <source>info and above</source>
        <translation>info und höher</translation>
    </message>
    <message>
        <source>warnings and errors</source>
        <translation>Warnungen und Fehler</translation>
    </message>
    <message>
        <source>errors only</source>
        <translation>nur Fehler</translation>
    </message>
    <message>
        <source>What the service writes to its log, until it is started anew</source>
        <translation>Was der Dienst in sein Log schreibt, bis er neu gestartet wird</translation>
    </message>
    <message>
        <source>Takes effect at once and lasts until the service is started anew; then the setting LOG_LEVEL counts again.</source>
        <translation>Wirkt sofort und gilt, bis der Dienst neu gestartet wird; dann gilt wieder die Einstellung LOG_LEVEL.</translation>
    </message>
    <message>
        <source>The service &amp;writes:</source>
        <translation>Der &amp;Dienst schreibt:</translation>
    </message>
    <message>
        <source>until it is started anew</source>
        <translation>bis zum Neustart</translation>
    </message>
    <message>
        <source>The service writes %1, until it is started anew</source>
        <translation>Der Dienst schreibt %1, bis er neu gestartet wird</translation>
    </message>
    <message>
        <source>The level was not changed: %1</source>
        <translation>Die Stufe wurde nicht geändert: %1</translation>
    </message>
    <message>
        <source>; held while you read further up (End goes on), new: %1</source>
        <translation>; angehalten, solange weiter oben gelesen wird (Ende setzt fort), neu: %1</translation>
    </message>
    <message>
        <source>Copied entries as JSON: %1</source>
        <translation>Als JSON kopierte Einträge: %1</translation>
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
    <message>
        <source>&amp;First steps…</source>
        <translation>&amp;Erste Schritte …</translation>
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
        <source>of the service alone</source>
        <translation>nur der Dienst</translation>
    </message>
    <message>
        <source>%1  %2: %3</source>
        <translation>%1  %2: %3</translation>
    </message>
    <message>
        <source>&amp;Overview</source>
        <translation>&amp;Übersicht</translation>
    </message>
    <message>
        <source>Log kept in Postgres</source>
        <translation>Aufbewahrtes Log in Postgres</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>URI, as libpq and most libraries take it</source>
        <translation>URI, wie libpq und die meisten Bibliotheken sie nehmen</translation>
    </message>
    <message>
        <source>Command for psql</source>
        <translation>Befehl für psql</translation>
    </message>
    <message>
        <source>JDBC</source>
        <translation>JDBC</translation>
    </message>
    <message>
        <source>Line of an .env file</source>
        <translation>Zeile einer .env-Datei</translation>
    </message>
    <message>
        <source>&amp;Apps:</source>
        <translation>A&amp;pps:</translation>
    </message>
    <message>
        <source>&amp;Migrations:</source>
        <translation>&amp;Migrationen:</translation>
    </message>
    <message>
        <source>&amp;Database:</source>
        <translation>&amp;Datenbank:</translation>
    </message>
    <message>
        <source>&amp;Written as:</source>
        <translation>G&amp;eschrieben als:</translation>
    </message>
    <message>
        <source>Open ps&amp;ql</source>
        <translation>ps&amp;ql öffnen</translation>
    </message>
    <message>
        <source>Opens psql for the database in a terminal. The password is handed over in a file that only you can read.</source>
        <translation>Öffnet psql für die Datenbank in einem Terminal. Das Passwort wird in einer Datei übergeben, die nur der eigene Benutzer lesen kann.</translation>
    </message>
    <message>
        <source>Open data &amp;folder</source>
        <translation>Da&amp;tenordner öffnen</translation>
    </message>
    <message>
        <source>Open &amp;log folder</source>
        <translation>L&amp;ogordner öffnen</translation>
    </message>
    <message>
        <source>The data is where your Postgres keeps it.</source>
        <translation>Die Daten liegen dort, wo das eigene Postgres sie aufbewahrt.</translation>
    </message>
    <message>
        <source>The service was not started here; its log is where it was started, or on the page Logs.</source>
        <translation>Der Dienst wurde nicht hier gestartet; sein Log liegt dort, wo er gestartet wurde, oder auf der Seite Log.</translation>
    </message>
    <message>
        <source>psql was not opened</source>
        <translation>psql wurde nicht geöffnet</translation>
    </message>
    <message>
        <source>The folder was not opened</source>
        <translation>Der Ordner wurde nicht geöffnet</translation>
    </message>
    <message>
        <source>No program opens folders here. It is %1.</source>
        <translation>Hier öffnet kein Programm Ordner. Es ist %1.</translation>
    </message>
    <message>
        <source>of one core, the service alone</source>
        <translation>eines Kerns, nur der Dienst</translation>
    </message>
    <message>
        <source>open; %1 since the service started</source>
        <translation>offen; %1 seit dem Start des Dienstes</translation>
    </message>
    <message>
        <source>caught up</source>
        <translation>auf dem Stand</translation>
    </message>
    <message>
        <source>%1 of log not read</source>
        <translation>%1 Log ungelesen</translation>
    </message>
    <message>
        <source>%1 of the window of %2</source>
        <translation>%1 des Fensters von %2</translation>
    </message>
</context>
<context>
    <name>electric::console::PortHint</name>
    <message>
        <source>Take a free port</source>
        <translation>Freien Port nehmen</translation>
    </message>
    <message>
        <source>Take %1</source>
        <translation>%1 nehmen</translation>
    </message>
    <message>
        <source>Take the free port %1</source>
        <translation>Den freien Port %1 nehmen</translation>
    </message>
    <message>
        <source>Port %1 is free</source>
        <translation>Port %1 ist frei</translation>
    </message>
</context>
<context>
    <name>electric::console::Ports</name>
    <message>
        <source>Port %1 is held by a program of another user.</source>
        <translation>Port %1 ist vom Programm eines anderen Benutzers belegt.</translation>
    </message>
    <message>
        <source>Port %1 is held by %2.</source>
        <translation>Port %1 ist von %2 belegt.</translation>
    </message>
</context>
<context>
    <name>electric::console::PreviewedTablesModel</name>
    <message>
        <source>Of the rows as text</source>
        <translation>Der Zeilen als Text</translation>
    </message>
    <message>
        <source>At character %1: %2.</source>
        <translation>Bei Zeichen %1: %2.</translation>
    </message>
    <message>
        <source>In line %1 at character %2: %3.</source>
        <translation>In Zeile %1 bei Zeichen %2: %3.</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
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
        <source>T&amp;est connection</source>
        <translation>&amp;Verbindung testen</translation>
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
    <message>
        <source>Another profile: a service of its own beside the others</source>
        <translation>Ein weiteres Profil: ein eigener Dienst neben den anderen</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>&amp;Importieren …</translation>
    </message>
    <message>
        <source>Settings of a .env file, a docker run command, a Compose file or a systemd unit</source>
        <translation>Einstellungen aus einer .env-Datei, einem docker-run-Befehl, einer Compose-Datei oder einer systemd-Unit</translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>E&amp;xportieren …</translation>
    </message>
    <message>
        <source>The settings of the form as one of these</source>
        <translation>Die Einstellungen des Formulars als eines davon</translation>
    </message>
    <message>
        <source>To&amp;ken…</source>
        <translation>T&amp;oken …</translation>
    </message>
    <message>
        <source>A token for development, signed with the settings of the form</source>
        <translation>Ein Token zum Entwickeln, mit den Einstellungen des Formulars signiert</translation>
    </message>
    <message>
        <source>Keep &amp;passwords in the profile&apos;s file, for you only, not in the key ring</source>
        <translation>Geh&amp;eimnisse in der Profildatei (nur selbst lesbar) statt im Schlüsselbund</translation>
    </message>
    <message>
        <source>S&amp;ave profile</source>
        <translation>Profil &amp;speichern</translation>
    </message>
    <message>
        <source>Taken over into the form; save the profile to keep them</source>
        <translation>In das Formular übernommen; zum Behalten das Profil speichern</translation>
    </message>
    <message>
        <source>Tokens are made by the program electric-service, which was not found. Install it, or put it beside the console.</source>
        <translation>Tokens erstellt das Programm electric-service, das nicht gefunden wurde. Es installieren oder neben die Konsole legen.</translation>
    </message>
    <message>
        <source>Tries these settings, without taking them over.</source>
        <translation>Probiert diese Einstellungen aus, ohne sie zu übernehmen.</translation>
    </message>
    <message>
        <source>The test is made by electric-service, which was not found, and none is connected.</source>
        <translation>Den Test macht electric-service; das Programm wurde nicht gefunden, und kein Dienst ist verbunden.</translation>
    </message>
</context>
<context>
    <name>electric::console::ProfileRules</name>
    <message>
        <source>Only with DATABASE_URL: the service&apos;s own Postgres is reached on this computer.</source>
        <translation>Nur mit DATABASE_URL: Das eigene Postgres des Dienstes wird auf diesem Rechner erreicht.</translation>
    </message>
    <message>
        <source>Only with ELECTRIC_WRITE_TO_PG_MODE=logical_replication.</source>
        <translation>Nur mit ELECTRIC_WRITE_TO_PG_MODE=logical_replication.</translation>
    </message>
    <message>
        <source>Only with AUTH_MODE=secure; a service with a Postgres of its own is insecure unless told otherwise.</source>
        <translation>Nur mit AUTH_MODE=secure; ein Dienst mit eigenem Postgres ist ohne andere Angabe insecure.</translation>
    </message>
    <message>
        <source>Only with AUTH_MODE=secure.</source>
        <translation>Nur mit AUTH_MODE=secure.</translation>
    </message>
    <message>
        <source>Only with the HS algorithms: the key of %1 is a PEM text.</source>
        <translation>Nur mit den HS-Algorithmen: Der Schlüssel von %1 ist ein PEM-Text.</translation>
    </message>
    <message>
        <source>Only without an address to listen on; it is %1.</source>
        <translation>Nur ohne Adresse, auf der gelauscht wird; sie ist %1.</translation>
    </message>
</context>
<context>
    <name>electric::console::Psql</name>
    <message>
        <source>psql was not found. Install it, on Debian with: apt install postgresql-client</source>
        <translation>psql wurde nicht gefunden. Es installieren, auf Debian mit: apt install postgresql-client</translation>
    </message>
    <message>
        <source>No terminal was found. Set the environment variable TERMINAL to yours, or copy the psql command.</source>
        <translation>Es wurde kein Terminal gefunden. Die Umgebungsvariable TERMINAL auf das eigene setzen oder den psql-Befehl kopieren.</translation>
    </message>
    <message>
        <source>No password file can be written in %1: %2</source>
        <translation>In %1 kann keine Passwortdatei geschrieben werden: %2</translation>
    </message>
    <message>
        <source>The terminal %1 could not be started. Set TERMINAL to another one.</source>
        <translation>Das Terminal %1 konnte nicht gestartet werden. TERMINAL auf ein anderes setzen.</translation>
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
    <name>electric::console::RemovalTab</name>
    <message>
        <source>What would be run could not be found out.</source>
        <translation>Es ließ sich nicht ermitteln, was ausgeführt würde.</translation>
    </message>
    <message>
        <source>Removing …</source>
        <translation>Wird entfernt …</translation>
    </message>
    <message>
        <source>Re&amp;move Electric …</source>
        <translation>Electric ent&amp;fernen …</translation>
    </message>
    <message>
        <source>Reading what is there …</source>
        <translation>Vorhandenes wird gelesen …</translation>
    </message>
    <message>
        <source>What would be run is shown here as soon as the service answers.</source>
        <translation>Was ausgeführt würde, erscheint hier, sobald der Dienst antwortet.</translation>
    </message>
    <message>
        <source>Electric was removed from the database %1, and the service has ended. Your tables and their rows are as they were. Started again on this database, the service would install itself anew.</source>
        <translation>Electric wurde aus der Datenbank %1 entfernt, und der Dienst hat sich beendet. Die eigenen Tabellen und ihre Zeilen sind unverändert. Auf dieser Datenbank erneut gestartet, würde sich der Dienst neu einrichten.</translation>
    </message>
    <message>
        <source>Removed Electric from %1</source>
        <translation>Electric aus %1 entfernt</translation>
    </message>
    <message>
        <source>Electric was not removed.</source>
        <translation>Electric wurde nicht entfernt.</translation>
    </message>
    <message>
        <source>Copied the SQL</source>
        <translation>SQL kopiert</translation>
    </message>
</context>
<context>
    <name>electric::console::RemoveDialog</name>
    <message>
        <source>Electric is going to be removed from the database &quot;%1&quot;. Connected apps are disconnected, the service ends, and this cannot be undone: apps that come back after a new installation sync afresh.</source>
        <translation>Electric wird aus der Datenbank „%1“ entfernt. Verbundene Apps werden getrennt, der Dienst beendet sich, und das lässt sich nicht rückgängig machen: Apps, die nach einer neuen Einrichtung wiederkommen, synchronisieren von vorn.</translation>
    </message>
    <message>
        <source>&amp;Remove Electric</source>
        <translation>Electric ent&amp;fernen</translation>
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
        <source>For our slot</source>
        <translation>Für unseren Slot</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
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
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 transactions/s, %2 rows/s</source>
        <translation>%1 Transaktionen/s, %2 Zeilen/s</translation>
    </message>
    <message>
        <source>Behind Postgres in time</source>
        <translation>Zeitlicher Rückstand zu Postgres</translation>
    </message>
    <message>
        <source>Behind Postgres in log</source>
        <translation>Rückstand zu Postgres im Log</translation>
    </message>
    <message>
        <source>Log kept in Postgres</source>
        <translation>Aufbewahrtes Log in Postgres</translation>
    </message>
    <message>
        <source>80%</source>
        <translation>80&#xa0;%</translation>
    </message>
    <message>
        <source>50%</source>
        <translation>50&#xa0;%</translation>
    </message>
    <message>
        <source>Log window in memory</source>
        <translation>Log-Fenster im Speicher</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>Belegt</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>Read from Postgres</source>
        <translation>Aus Postgres gelesen</translation>
    </message>
    <message>
        <source>Sent to apps</source>
        <translation>An Apps gesendet</translation>
    </message>
    <message>
        <source>Writes of apps</source>
        <translation>Schreibvorgänge von Apps</translation>
    </message>
    <message>
        <source>%1 done/s, %2 waiting</source>
        <translation>%1 erledigt/s, %2 warten</translation>
    </message>
    <message>
        <source>Done a second</source>
        <translation>Je Sekunde erledigt</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Time that a write takes</source>
        <translation>Dauer eines Schreibvorgangs</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Last %1</source>
        <translation>Letzte %1</translation>
    </message>
    <message>
        <source>&amp;State and slots</source>
        <translation>Zustand &amp;und Slots</translation>
    </message>
    <message>
        <source>&amp;State and slots (to look at: %1)</source>
        <translation>Zustand &amp;und Slots (zu beachten: %1)</translation>
    </message>
    <message>
        <source>Nothing was measured yet.</source>
        <translation>Noch wurde nichts gemessen.</translation>
    </message>
    <message>
        <source>Measured since %1</source>
        <translation>Gemessen seit %1</translation>
    </message>
    <message>
        <source>Export what was measured</source>
        <translation>Messwerte exportieren</translation>
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
    <message>
        <source>%1 of %2 connections of Postgres are open.</source>
        <translation>%1 von %2 Verbindungen zu Postgres sind offen.</translation>
    </message>
    <message>
        <source>Close those that are idle, or raise max_connections.</source>
        <translation>Untätige schließen oder max_connections erhöhen.</translation>
    </message>
</context>
<context>
    <name>electric::console::RestartBar</name>
    <message>
        <source>&amp;Differences…</source>
        <translation>&amp;Unterschiede …</translation>
    </message>
    <message>
        <source>Restart n&amp;ow</source>
        <translation>Je&amp;tzt neu starten</translation>
    </message>
    <message>
        <source>The service %1 still runs with other settings than the saved ones: %2. A restart brings these into force; apps reconnect by themselves.</source>
        <translation>Der Dienst %1 läuft noch mit anderen Einstellungen als den gespeicherten: %2. Ein Neustart setzt diese in Kraft; Apps verbinden sich von selbst wieder.</translation>
    </message>
    <message>
        <source>What a restart changes</source>
        <translation>Was ein Neustart ändert</translation>
    </message>
</context>
<context>
    <name>electric::console::RoleRights</name>
    <message>
        <source>Postgres subscribes to Electric and fetches the writes of apps from there: the database has to reach this computer, and its role needs to be a superuser. This version does not do that yet; use direct_writes.</source>
        <translation>Postgres abonniert Electric und holt die Schreibvorgänge der Apps dort ab: Die Datenbank muss diesen Rechner erreichen, und ihre Rolle muss Superuser sein. Diese Version kann das noch nicht; direct_writes verwenden.</translation>
    </message>
    <message>
        <source>Electric reads changes from a replication slot, and makes the writes of apps with ordinary statements over a connection of its own. The role needs no superuser.</source>
        <translation>Electric liest Änderungen aus einem Replikations-Slot und führt die Schreibvorgänge der Apps mit gewöhnlichen Anweisungen über eine eigene Verbindung aus. Die Rolle muss kein Superuser sein.</translation>
    </message>
</context>
<context>
    <name>electric::console::RowOperation</name>
    <message>
        <source>relation %1</source>
        <translation>Relation %1</translation>
    </message>
</context>
<context>
    <name>electric::console::RowTree</name>
    <message>
        <source>%1 (key)</source>
        <translation>%1 (Schlüssel)</translation>
    </message>
    <message>
        <source>part of the primary key</source>
        <translation>Teil des Primärschlüssels</translation>
    </message>
    <message>
        <source>not text: shown in hexadecimal</source>
        <translation>kein Text: hexadezimal gezeigt</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>Tags</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more; copy the frame to see them</source>
        <translation>
            <numerusform>… und %n weitere; den Frame kopieren, um sie zu sehen</numerusform>
            <numerusform>… und %n weitere; den Frame kopieren, um sie zu sehen</numerusform>
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
    <name>electric::console::SecretField</name>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show %1</source>
        <translation>%1 zeigen</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Generate %1</source>
        <translation>%1 erzeugen</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Verbergen</translation>
    </message>
</context>
<context>
    <name>electric::console::SecretStore</name>
    <message>
        <source>The desktop&apos;s key ring does not do it: %1</source>
        <translation>Der Schlüsselbund des Desktops macht es nicht: %1</translation>
    </message>
    <message>
        <source>%1 of the profile %2 cannot be had. %3. Unlock the key ring and try again.</source>
        <translation>%1 des Profils %2 ist nicht zu bekommen. %3. Den Schlüsselbund entsperren und erneut versuchen.</translation>
    </message>
    <message>
        <source>The key ring does not have it any more</source>
        <translation>Der Schlüsselbund hat es nicht mehr</translation>
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
    <message>
        <source>%1=%2</source>
        <translation>%1=%2</translation>
    </message>
    <message>
        <source>Port in use</source>
        <translation>Port belegt</translation>
    </message>
    <message>
        <source>%1 is free. It would be saved in the profile %2; apps have to be told the new port.</source>
        <translation>%1 ist frei. Er würde im Profil %2 gespeichert; Apps müssen den neuen Port erfahren.</translation>
    </message>
    <message>
        <source>&amp;Use it and start</source>
        <translation>&amp;Verwenden und starten</translation>
    </message>
</context>
<context>
    <name>electric::console::ServiceProgram</name>
    <message>
        <source>%1 cannot be started: %2.</source>
        <translation>%1 kann nicht gestartet werden: %2.</translation>
    </message>
    <message>
        <source>The program has not answered within a minute.</source>
        <translation>Das Programm hat binnen einer Minute nicht geantwortet.</translation>
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
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>paused: the app does not read</source>
        <translation>angehalten: die App liest nicht</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Version of the protocol, and the dialect of the app&apos;s database</source>
        <translation>Version des Protokolls und Dialekt der Datenbank der App</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Connected since</source>
        <translation>Verbunden seit</translation>
    </message>
    <message>
        <source>Shapes</source>
        <translation>Shapes</translation>
    </message>
    <message>
        <source>Rows held</source>
        <translation>Gehaltene Zeilen</translation>
    </message>
    <message>
        <source>Memory of the service for them: %1</source>
        <translation>Speicher des Dienstes dafür: %1</translation>
    </message>
    <message>
        <source>Rows that the app is known to have by shapes that follow foreign keys; others need no memory and are not counted</source>
        <translation>Zeilen, die die App durch Shapes hat, die Fremdschlüsseln folgen; andere brauchen keinen Speicher und werden nicht gezählt</translation>
    </message>
    <message>
        <source>Log that was read and not dealt with for this app yet</source>
        <translation>Log, das gelesen und für diese App noch nicht verarbeitet ist</translation>
    </message>
    <message>
        <source>Unacked</source>
        <translation>Unbestätigt</translation>
    </message>
    <message>
        <source>Transactions that were sent and are not acknowledged yet</source>
        <translation>Transaktionen, die gesendet und noch nicht bestätigt sind</translation>
    </message>
    <message>
        <source>From the app</source>
        <translation>Von der App</translation>
    </message>
    <message>
        <source>To the app</source>
        <translation>Zur App</translation>
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
    <message>
        <source>Rows held by shapes that follow foreign keys: %1, which take %2 of memory</source>
        <translation>Von Shapes, die Fremdschlüsseln folgen, gehaltene Zeilen: %1; sie belegen %2 Speicher</translation>
    </message>
</context>
<context>
    <name>electric::console::SettingChangesModel</name>
    <message>
        <source>not set</source>
        <translation>nicht gesetzt</translation>
    </message>
    <message>
        <source>set, not shown</source>
        <translation>gesetzt, nicht gezeigt</translation>
    </message>
    <message>
        <source>left out: not a setting of Electric</source>
        <translation>ausgelassen: keine Einstellung von Electric</translation>
    </message>
    <message>
        <source>another value, not shown</source>
        <translation>anderer Wert, nicht gezeigt</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>Danach</translation>
    </message>
</context>
<context>
    <name>electric::console::SettingsCheck</name>
    <message>
        <source>The check gave no answer.</source>
        <translation>Die Prüfung gab keine Antwort.</translation>
    </message>
    <message>
        <source>See that electric-service and the console are of the same release.</source>
        <translation>Darauf achten, dass electric-service und die Konsole von derselben Ausgabe sind.</translation>
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
    <message>
        <source>the service brings a Postgres of its own</source>
        <translation>der Dienst bringt ein eigenes Postgres mit</translation>
    </message>
    <message>
        <source>the service makes one up</source>
        <translation>der Dienst denkt sich eine aus</translation>
    </message>
    <message>
        <source>%1 The value is left out when you save.</source>
        <translation>%1 Der Wert wird beim Speichern weggelassen.</translation>
    </message>
</context>
<context>
    <name>electric::console::SettingsImport</name>
    <message>
        <source>%1 has no value in the file: it was taken from the shell&apos;s environment.</source>
        <translation>%1 hat in der Datei keinen Wert: Er kam aus der Umgebung der Shell.</translation>
    </message>
    <message>
        <source>%1 takes its value from %2, which is not in the file; complete it by hand.</source>
        <translation>%1 nimmt seinen Wert aus %2, das nicht in der Datei steht; von Hand ergänzen.</translation>
    </message>
    <message>
        <source>The file has no service that is Electric, by its image or its name.</source>
        <translation>Die Datei enthält keinen Dienst, der nach Image oder Name Electric ist.</translation>
    </message>
    <message>
        <source>Read from the service %1. Names of other services are known to containers only: see that DATABASE_URL names a host that this computer reaches.</source>
        <translation>Aus dem Dienst %1 gelesen. Namen anderer Dienste kennen nur Container: Darauf achten, dass DATABASE_URL einen Host nennt, den dieser Rechner erreicht.</translation>
    </message>
    <message>
        <source>The file %1 was not read; import it as well.</source>
        <translation>Die Datei %1 wurde nicht gelesen; sie ebenfalls importieren.</translation>
    </message>
    <message>
        <source>The command names no image, so it may not be complete.</source>
        <translation>Der Befehl nennt kein Image, ist also vielleicht nicht vollständig.</translation>
    </message>
    <message>
        <source>The network %1 is known to containers only: see that DATABASE_URL names a host that this computer reaches.</source>
        <translation>Das Netz %1 kennen nur Container: Darauf achten, dass DATABASE_URL einen Host nennt, den dieser Rechner erreicht.</translation>
    </message>
    <message>
        <source>%1 has no value in the command: it was taken from the shell&apos;s environment.</source>
        <translation>%1 hat im Befehl keinen Wert: Er kam aus der Umgebung der Shell.</translation>
    </message>
    <message>
        <source>%1 contains %2 as it was written: if the shell was to put something there, do it by hand.</source>
        <translation>%1 enthält %2 so, wie es geschrieben stand: Sollte die Shell dort etwas einsetzen, das von Hand tun.</translation>
    </message>
    <message>
        <source>There is no command docker run in it.</source>
        <translation>Darin ist kein Befehl docker run.</translation>
    </message>
    <message>
        <source>Only the first command docker run was read; there are %1.</source>
        <translation>Nur der erste Befehl docker run wurde gelesen; es gibt %1.</translation>
    </message>
    <message>
        <source>The published port %1 was left out: it leads to no port of Electric.</source>
        <translation>Der veröffentlichte Port %1 wurde ausgelassen: Er führt zu keinem Port von Electric.</translation>
    </message>
    <message>
        <source>%1 is %2, the port of this computer that led to %3 in the container.</source>
        <translation>%1 ist %2, der Port dieses Rechners, der im Container zu %3 führte.</translation>
    </message>
    <message>
        <source>The ports were published at several addresses; set %1 if not all may reach the service.</source>
        <translation>Die Ports waren auf mehreren Adressen veröffentlicht; %1 setzen, wenn nicht alle den Dienst erreichen dürfen.</translation>
    </message>
    <message>
        <source>%1 names this computer as a container sees it; outside of one it is localhost.</source>
        <translation>%1 nennt diesen Rechner so, wie ein Container ihn sieht; außerhalb ist es localhost.</translation>
    </message>
    <message>
        <source>.env file</source>
        <translation>.env-Datei</translation>
    </message>
    <message>
        <source>docker run command</source>
        <translation>docker-run-Befehl</translation>
    </message>
    <message>
        <source>Compose file</source>
        <translation>Compose-Datei</translation>
    </message>
    <message>
        <source>systemd unit</source>
        <translation>systemd-Unit</translation>
    </message>
    <message>
        <source>The value of %1 goes on after “ #”. Some programs take that for a comment; here it is part of the value.</source>
        <translation>Der Wert von %1 geht nach „ #“ weiter. Manche Programme halten das für einen Kommentar; hier gehört es zum Wert.</translation>
    </message>
    <message>
        <source>%1 came from the environment of systemd itself; set it by hand.</source>
        <translation>%1 kam aus der Umgebung von systemd selbst; von Hand setzen.</translation>
    </message>
    <message>
        <source>The credential %1 was left out.</source>
        <translation>Das Credential %1 wurde ausgelassen.</translation>
    </message>
    <message>
        <source>%1 contains a specifier of systemd, which was kept as it was written.</source>
        <translation>%1 enthält einen Specifier von systemd, der so blieb, wie er geschrieben stand.</translation>
    </message>
    <message>
        <source>The file %1 could not be read; import it as well.</source>
        <translation>Die Datei %1 konnte nicht gelesen werden; sie ebenfalls importieren.</translation>
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
        <source>S&amp;ettings</source>
        <translation>&amp;Einstellungen</translation>
    </message>
    <message>
        <source>At &amp;login</source>
        <translation>An&amp;meldung</translation>
    </message>
</context>
<context>
    <name>electric::console::ShapesTab</name>
    <message>
        <source>The tables could not be read.</source>
        <translation>Die Tabellen konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The shape could not be tried out.</source>
        <translation>Die Shape konnte nicht probiert werden.</translation>
    </message>
    <message>
        <source>Rows: %1, tables: %2, size as text: %3</source>
        <translation>Zeilen: %1, Tabellen: %2, Größe als Text: %3</translation>
    </message>
    <message>
        <source>Rows are shown here when a shape was tried out.</source>
        <translation>Zeilen erscheinen hier, wenn eine Shape probiert wurde.</translation>
    </message>
    <message>
        <source>The shape has no row of this table.</source>
        <translation>Die Shape enthält keine Zeile dieser Tabelle.</translation>
    </message>
    <message>
        <source>No foreign key leads to or from this table.</source>
        <translation>Kein Fremdschlüssel führt zu dieser Tabelle oder von ihr weg.</translation>
    </message>
    <message>
        <source>The shape is not right yet.</source>
        <translation>Die Shape stimmt noch nicht.</translation>
    </message>
    <message>
        <source>Shapes can be tried out as soon as the service answers.</source>
        <translation>Shapes lassen sich probieren, sobald der Dienst antwortet.</translation>
    </message>
    <message>
        <source>Reading the tables …</source>
        <translation>Tabellen werden gelesen …</translation>
    </message>
    <message>
        <source>No table of the schema public is electrified yet. Electrify one on the page Tables.</source>
        <translation>Noch ist keine Tabelle des Schemas public elektrifiziert. Das geht auf der Seite Tabellen.</translation>
    </message>
    <message>
        <source>Trying …</source>
        <translation>Wird probiert …</translation>
    </message>
    <message>
        <source>Choose a table and press Try: what a client would get is shown here.</source>
        <translation>Eine Tabelle auswählen und Probieren drücken: Hier erscheint, was ein Client erhielte.</translation>
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
    <message>
        <source>Ta&amp;bles and migrations</source>
        <translation>&amp;Tabellen und Migrationen</translation>
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
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>h</source>
        <translation>h</translation>
    </message>
    <message>
        <source>number</source>
        <translation>Anzahl</translation>
    </message>
</context>
<context>
    <name>electric::console::TokenDialog</name>
    <message>
        <source>1 hour</source>
        <translation>1 Stunde</translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation>12 Stunden</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 Tag</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 Tage</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>To&amp;ken</source>
        <translation>T&amp;oken</translation>
    </message>
    <message>
        <source>none is made yet</source>
        <translation>noch keines erstellt</translation>
    </message>
    <message>
        <source>&amp;Make</source>
        <translation>&amp;Erstellen</translation>
    </message>
    <message>
        <source>Making it…</source>
        <translation>Wird erstellt …</translation>
    </message>
    <message>
        <source>For development: whoever has it is that user until it expires.</source>
        <translation>Zum Entwickeln: Wer es hat, ist bis zum Ablauf dieser Benutzer.</translation>
    </message>
</context>
<context>
    <name>electric::console::TokenTab</name>
    <message>
        <source>Not acceptable. %1</source>
        <translation>Nicht zulässig. %1</translation>
    </message>
    <message>
        <source>None: as typed here</source>
        <translation>Hier eingeben</translation>
    </message>
    <message>
        <source>The profile %1 has no key. Type it.</source>
        <translation>Das Profil %1 hat keinen Schlüssel. Ihn eingeben.</translation>
    </message>
    <message>
        <source>The key of the profile %1 could not be read. %2. Type it.</source>
        <translation>Der Schlüssel des Profils %1 konnte nicht gelesen werden. %2. Ihn eingeben.</translation>
    </message>
    <message>
        <source>No token was made: %1. %2</source>
        <translation>Es wurde kein Token erstellt: %1. %2</translation>
    </message>
    <message>
        <source>Made a token for %1</source>
        <translation>Token für %1 erstellt</translation>
    </message>
    <message>
        <source>Tokens are not signed</source>
        <translation>Tokens sind nicht signiert</translation>
    </message>
    <message>
        <source>The shared secret</source>
        <translation>Das gemeinsame Geheimnis</translation>
    </message>
    <message>
        <source>PEM; a private key makes tokens, a public one verifies them</source>
        <translation>PEM; ein privater Schlüssel erstellt Tokens, ein öffentlicher prüft sie</translation>
    </message>
    <message>
        <source>Puts a new token into the field below</source>
        <translation>Legt ein neues Token in das Feld darunter</translation>
    </message>
    <message>
        <source>A token needs a user, and a key to sign with</source>
        <translation>Ein Token braucht einen Benutzer und einen Schlüssel zum Signieren</translation>
    </message>
    <message>
        <source>Make a token, or paste one: it is taken apart here, and verified.</source>
        <translation>Ein Token erstellen oder einfügen: Hier wird es zerlegt und geprüft.</translation>
    </message>
    <message>
        <source>Give the key, or choose a profile, to verify the token.</source>
        <translation>Den Schlüssel angeben oder ein Profil auswählen, um das Token zu prüfen.</translation>
    </message>
    <message>
        <source>Header</source>
        <translation>Header</translation>
    </message>
    <message>
        <source>Claims</source>
        <translation>Claims</translation>
    </message>
    <message>
        <source>Copied the token</source>
        <translation>Token kopiert</translation>
    </message>
</context>
<context>
    <name>electric::console::TokenWords</name>
    <message>
        <source>is not a number, as it has to be</source>
        <translation>ist keine Zahl, muss aber eine sein</translation>
    </message>
    <message>
        <source>is no time in seconds since 1970</source>
        <translation>ist keine Zeit in Sekunden seit 1970</translation>
    </message>
    <message>
        <source>%1, now</source>
        <translation>%1, jetzt</translation>
    </message>
    <message>
        <source>%1, in %2</source>
        <translation>%1, in %2</translation>
    </message>
    <message>
        <source>%1, %2 ago</source>
        <translation>%1, vor %2</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>Läuft ab</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Not valid before</source>
        <translation>Nicht gültig vor</translation>
    </message>
    <message>
        <source>The user&apos;s id</source>
        <translation>Die ID des Benutzers</translation>
    </message>
    <message>
        <source>The user&apos;s id, when there is no sub</source>
        <translation>Die ID des Benutzers, wenn sub fehlt</translation>
    </message>
    <message>
        <source>Who made it</source>
        <translation>Wer es erstellt hat</translation>
    </message>
    <message>
        <source>Whom it is meant for</source>
        <translation>Für wen es bestimmt ist</translation>
    </message>
    <message>
        <source>What it is signed with</source>
        <translation>Womit es signiert ist</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>Was es ist</translation>
    </message>
    <message>
        <source>Which key; the service does not look at it</source>
        <translation>Welcher Schlüssel; der Dienst beachtet es nicht</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1: %2.</translation>
    </message>
    <message>
        <source>It says &quot;%1&quot;, the service wants &quot;%2&quot;.</source>
        <translation>Darin steht „%1“, der Dienst verlangt „%2“.</translation>
    </message>
    <message>
        <source>It was signed with another key, or changed since.</source>
        <translation>Es wurde mit einem anderen Schlüssel signiert oder seither verändert.</translation>
    </message>
    <message>
        <source>It has to be a text that is not blank.</source>
        <translation>Es muss ein nicht leerer Text sein.</translation>
    </message>
    <message>
        <source>It has to be a text that is not blank, inside of the claim &quot;%1&quot;.</source>
        <translation>Es muss ein nicht leerer Text innerhalb des Claims „%1“ sein.</translation>
    </message>
    <message>
        <source>The service wants it.</source>
        <translation>Der Dienst verlangt es.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>It cannot be verified: %1</source>
        <translation>Es kann nicht geprüft werden: %1</translation>
    </message>
    <message>
        <source>The service takes it: user &quot;%1&quot;, %2.</source>
        <translation>Der Dienst nimmt es an: Benutzer „%1“, %2.</translation>
    </message>
    <message>
        <source>expires %1</source>
        <translation>läuft ab %1</translation>
    </message>
    <message>
        <source>The service takes it: user &quot;%1&quot;; it never expires.</source>
        <translation>Der Dienst nimmt es an: Benutzer „%1“; es läuft nie ab.</translation>
    </message>
    <message>
        <source>The service does not take it: %1.</source>
        <translation>Der Dienst nimmt es nicht an: %1.</translation>
    </message>
</context>
<context>
    <name>electric::console::ToolsPage</name>
    <message>
        <source>&amp;Doctor</source>
        <translation>&amp;Diagnose</translation>
    </message>
    <message>
        <source>&amp;Shape playground</source>
        <translation>&amp;Shapes probieren</translation>
    </message>
    <message>
        <source>To&amp;ken</source>
        <translation>T&amp;oken</translation>
    </message>
    <message>
        <source>&amp;Remove Electric</source>
        <translation>Electric ent&amp;fernen</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
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
    <message>
        <source>%1%</source>
        <translation>%1&#xa0;%</translation>
    </message>
</context>
<context>
    <name>electric::console::WarningBanner</name>
    <message>
        <source>Grave</source>
        <translation>Ernst</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1. %2</translation>
    </message>
    <message>
        <source>%1: %2. %3</source>
        <translation>%1: %2. %3</translation>
    </message>
    <message>
        <source>Show where: %1</source>
        <translation>Zeigen, wo: %1</translation>
    </message>
</context>
<context>
    <name>electric::console::Warnings</name>
    <message>
        <source>Postgres keeps much log for Electric</source>
        <translation>Postgres bewahrt viel Log für Electric auf</translation>
    </message>
    <message>
        <source>%1 of the window of %2 are used, %3. A client is slow or was away for long: look at the sessions with the greatest lag, and forget clients that do not come back.</source>
        <translation>%1 des Fensters von %2 sind belegt, %3. Ein Client ist langsam oder war lange abwesend: die Sitzungen mit dem größten Rückstand ansehen und Clients vergessen, die nicht wiederkommen.</translation>
    </message>
    <message>
        <source>The replication slot may be lost</source>
        <translation>Der Replikations-Slot kann verloren gehen</translation>
    </message>
    <message>
        <source>After %1 more of log Postgres gives up the slot %2, and all clients have to sync afresh. Raise max_slot_wal_keep_size.</source>
        <translation>Nach weiteren %1 Log gibt Postgres den Slot %2 auf, und alle Clients müssen von vorn synchronisieren. max_slot_wal_keep_size erhöhen.</translation>
    </message>
    <message>
        <source>Replication slots are nearly used up</source>
        <translation>Replikations-Slots sind fast aufgebraucht</translation>
    </message>
    <message>
        <source>%1 of %2 replication slots of Postgres are used. Drop those that nobody reads, or raise max_replication_slots.</source>
        <translation>%1 von %2 Replikations-Slots von Postgres sind belegt. Die löschen, die niemand liest, oder max_replication_slots erhöhen.</translation>
    </message>
    <message>
        <source>Connections of Postgres are nearly used up</source>
        <translation>Verbindungen zu Postgres sind fast aufgebraucht</translation>
    </message>
    <message>
        <source>%1 of %2 connections are open. When none is left, Electric cannot connect again after a failure. Close those that are idle, or raise max_connections.</source>
        <translation>%1 von %2 Verbindungen sind offen. Ist keine mehr frei, kann sich Electric nach einem Ausfall nicht wieder verbinden. Untätige schließen oder max_connections erhöhen.</translation>
    </message>
    <message>
        <source>The disk of the data directory is nearly full</source>
        <translation>Der Datenträger des Datenverzeichnisses ist fast voll</translation>
    </message>
    <message>
        <source>%1 of %2 are free at %3. When nothing is left, Postgres stops. Make room, or move the data.</source>
        <translation>%1 von %2 sind auf %3 frei. Ist nichts mehr frei, hält Postgres an. Platz schaffen oder die Daten verschieben.</translation>
    </message>
    <message>
        <source>Writes were refused</source>
        <translation>Schreibvorgänge wurden abgelehnt</translation>
    </message>
    <message>
        <source>Writes of apps that Postgres refused just now: %1. Look at the reason, and retry or discard them.</source>
        <translation>Schreibvorgänge von Apps, die Postgres soeben abgelehnt hat: %1. Den Grund ansehen und sie wiederholen oder verwerfen.</translation>
    </message>
    <message>
        <source>Electric does not sync any more</source>
        <translation>Electric synchronisiert nicht mehr</translation>
    </message>
    <message>
        <source>The log says why.</source>
        <translation>Der Grund steht im Log.</translation>
    </message>
    <message>
        <source>The service went away</source>
        <translation>Der Dienst ist weg</translation>
    </message>
    <message>
        <source>Apps do not sync until it runs again. Start it on the overview page; its log file says why it ended.</source>
        <translation>Apps synchronisieren erst wieder, wenn er läuft. Ihn auf der Seite Übersicht starten; seine Logdatei sagt, warum er sich beendet hat.</translation>
    </message>
</context>
<context>
    <name>electric::console::WriteModeDiagram</name>
    <message>
        <source>How writes reach Postgres</source>
        <translation>Wie Schreibvorgänge zu Postgres kommen</translation>
    </message>
    <message>
        <source>Apps and Electric exchange changes and writes over a WebSocket. Electric reads changes from a replication slot of Postgres. Postgres connects to Electric and fetches the writes by a subscription.</source>
        <translation>Apps und Electric tauschen Änderungen und Schreibvorgänge über einen WebSocket aus. Electric liest Änderungen aus einem Replikations-Slot von Postgres. Postgres verbindet sich mit Electric und holt die Schreibvorgänge über eine Subscription.</translation>
    </message>
    <message>
        <source>Apps and Electric exchange changes and writes over a WebSocket. Electric reads changes from a replication slot of Postgres, and writes with ordinary statements over a connection of its own.</source>
        <translation>Apps und Electric tauschen Änderungen und Schreibvorgänge über einen WebSocket aus. Electric liest Änderungen aus einem Replikations-Slot von Postgres und schreibt mit gewöhnlichen Anweisungen über eine eigene Verbindung.</translation>
    </message>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
    <message>
        <source>SQLite each</source>
        <translation>je ein SQLite</translation>
    </message>
    <message>
        <source>Electric</source>
        <translation>Electric</translation>
    </message>
    <message>
        <source>merges writes</source>
        <translation>führt zusammen</translation>
    </message>
    <message>
        <source>Postgres</source>
        <translation>Postgres</translation>
    </message>
    <message>
        <source>subscribes</source>
        <translation>abonniert</translation>
    </message>
    <message>
        <source>keeps it all</source>
        <translation>bewahrt alles</translation>
    </message>
    <message>
        <source>changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>changes: slot</source>
        <translation>Änderungen: Slot</translation>
    </message>
    <message>
        <source>writes</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>writes: subscription</source>
        <translation>Schreiben: Subscription</translation>
    </message>
    <message>
        <source>writes: SQL</source>
        <translation>Schreiben: SQL</translation>
    </message>
</context>
<context>
    <name>electric::console::WriteModePanel</name>
    <message>
        <source>What the role needs, as S&amp;QL for a superuser:</source>
        <translation>Was die Rolle braucht, als S&amp;QL für einen Superuser:</translation>
    </message>
    <message>
        <source>SQL for the role&apos;s rights</source>
        <translation>SQL für die Rechte der Rolle</translation>
    </message>
    <message>
        <source>Cop&amp;y the SQL</source>
        <translation>SQ&amp;L kopieren</translation>
    </message>
    <message>
        <source>Check &amp;the rights</source>
        <translation>Re&amp;chte prüfen</translation>
    </message>
    <message>
        <source>What the check of the rights found</source>
        <translation>Was die Prüfung der Rechte ergab</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>The service&apos;s own Postgres has a role with all rights already.</source>
        <translation>Das eigene Postgres des Dienstes hat schon eine Rolle mit allen Rechten.</translation>
    </message>
    <message>
        <source>This version does direct_writes only</source>
        <translation>Diese Version beherrscht nur direct_writes</translation>
    </message>
    <message>
        <source>Asks the database; changes nothing there</source>
        <translation>Fragt die Datenbank; verändert dort nichts</translation>
    </message>
    <message>
        <source>The check is made by electric-service, which was not found</source>
        <translation>Die Prüfung macht electric-service, das nicht gefunden wurde</translation>
    </message>
    <message>
        <source>Asking the database…</source>
        <translation>Datenbank wird gefragt …</translation>
    </message>
    <message>
        <source>The role has what it needs.</source>
        <translation>Die Rolle hat, was sie braucht.</translation>
    </message>
    <message>
        <source>To be mended: %1</source>
        <translation>Zu beheben: %1</translation>
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
<context>
    <name>electric::console::assistant::ConnectPage</name>
    <message>
        <source>Test it to go on.</source>
        <translation>Zum Fortfahren testen.</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>Test läuft …</translation>
    </message>
    <message>
        <source>Good. Go on.</source>
        <translation>Gut. Weiter.</translation>
    </message>
    <message>
        <source>To be mended: %1. Then test again.</source>
        <translation>Zu beheben: %1. Dann erneut testen.</translation>
    </message>
</context>
<context>
    <name>electric::console::assistant::FinishPage</name>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Electric runs</source>
        <translation>Electric läuft</translation>
    </message>
    <message>
        <source>The table %1 syncs</source>
        <translation>Die Tabelle %1 synchronisiert</translation>
    </message>
    <message>
        <source>No table is electrified yet: choose one on the page Tables, and its rows sync.</source>
        <translation>Noch ist keine Tabelle elektrifiziert: Auf der Seite Tabellen eine auswählen, und ihre Zeilen synchronisieren.</translation>
    </message>
    <message>
        <source>Its rows are ready for every app that connects. What follows is all that an app needs.</source>
        <translation>Ihre Zeilen stehen für jede App bereit, die sich verbindet. Was folgt, ist alles, was eine App braucht.</translation>
    </message>
    <message>
        <source>No app is connected yet.</source>
        <translation>Noch ist keine App verbunden.</translation>
    </message>
    <message>
        <source>Apps that are connected: %1</source>
        <translation>Verbundene Apps: %1</translation>
    </message>
</context>
<context>
    <name>electric::console::assistant::PlacePage</name>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Make an &amp;example: a table electric_example with two rows, which syncs at once</source>
        <translation>Ein B&amp;eispiel anlegen: eine Tabelle electric_example mit zwei Zeilen, die sofort synchronisiert</translation>
    </message>
    <message>
        <source>Make an &amp;example in your database: a table electric_example with two rows, which syncs at once</source>
        <translation>In der eigenen Datenbank ein B&amp;eispiel anlegen: eine Tabelle electric_example mit zwei Zeilen, die sofort synchronisiert</translation>
    </message>
    <message>
        <source>Free ports are proposed instead.</source>
        <translation>Stattdessen werden freie Ports vorgeschlagen.</translation>
    </message>
    <message>
        <source>There is a profile %1 already. Give this one another name.</source>
        <translation>Es gibt schon ein Profil %1. Diesem einen anderen Namen geben.</translation>
    </message>
    <message>
        <source>Both ports are the same. Choose two.</source>
        <translation>Beide Ports sind gleich. Zwei verschiedene wählen.</translation>
    </message>
</context>
<context>
    <name>electric::console::assistant::ProgressPage</name>
    <message>
        <source>That did not work.</source>
        <translation>Das hat nicht geklappt.</translation>
    </message>
</context>
</TS>
