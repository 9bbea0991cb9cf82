<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>electric::console::ReplicationWords</name>
    <message numerus="yes">
        <source>%n of %1 replication slots of the server are used.</source>
        <translation>
            <numerusform>%n of %1 replication slots of the server is used.</numerusform>
            <numerusform>%n of %1 replication slots of the server are used.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Of %1 electrified tables only %n are in the publication %2. Changes of the others do not reach clients; add them with ALTER PUBLICATION … ADD TABLE.</source>
        <translation>
            <numerusform>Of %1 electrified tables only %n is in the publication %2. Changes of the others do not reach clients; add them with ALTER PUBLICATION … ADD TABLE.</numerusform>
            <numerusform>Of %1 electrified tables only %n are in the publication %2. Changes of the others do not reach clients; add them with ALTER PUBLICATION … ADD TABLE.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>electric::console::RowTree</name>
    <message numerus="yes">
        <source>… and %n more; copy the frame to see them</source>
        <translation>
            <numerusform>… and %n more; copy the frame to see it</numerusform>
            <numerusform>… and %n more; copy the frame to see them</numerusform>
        </translation>
    </message>
</context>
</TS>
