#include <QTest>

#include "console/pages/settings/settingchangesmodel.h"
#include "console/pages/settings/settingsform.h"
#include "console/pages/settings/settingsmodel.h"
#include "shared/settings/setting.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>

using namespace electric;
using namespace electric::console;

class TestSettingsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void settingsStandInTheirGroups()
    {
        SettingsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QString core = QStringLiteral("Core");
        model.show(
            {{QStringLiteral("HTTP_PORT"), core, QStringLiteral("5133"), QStringLiteral("default"), false, false, QStringLiteral("help")},
                {QStringLiteral("AUTH_JWT_KEY"), QStringLiteral("Authentication"), {}, QStringLiteral("environment"), true, true, {}},
                {QStringLiteral("LOG"), core, {}, QStringLiteral("new"), false, false, {}}});
        QCOMPARE(model.rowCount(), 2);
        const QModelIndex group = model.index(0, 0);
        QCOMPARE(group.data().toString(), core);
        QCOMPARE(model.rowCount(group), 2);
        QCOMPARE(model.index(0, SettingsModel::Value, group).data().toString(), QStringLiteral("5133"));
        QCOMPARE(model.index(0, SettingsModel::Name, group).data(SettingsModel::HelpRole).toString(), QStringLiteral("help"));
        QCOMPARE(model.index(1, SettingsModel::Value, group).data().toString(), QStringLiteral("not set"));
        QCOMPARE(model.index(1, SettingsModel::Origin, group).data().toString(), QStringLiteral("new"));
        const QModelIndex secret = model.index(0, SettingsModel::Value, model.index(1, 0));
        QCOMPARE(secret.data().toString(), QStringLiteral("set, not shown"));
        QCOMPARE(secret.parent().data().toString(), QStringLiteral("Authentication"));
        model.show({});
        QCOMPARE(model.rowCount(), 0);
    }

    void aProfileIsJudged_data()
    {
        QTest::addColumn<SettingValues>("values");
        QTest::addColumn<QString>("wrong"); // the setting; empty: none
        const auto text = [](const char *t) { return QString::fromLatin1(t); };
        QTest::newRow("nothing: with a Postgres of its own") << SettingValues {} << QString();
        QTest::newRow("a wrong port") << SettingValues {{text("HTTP_PORT"), text("0")}} << text("HTTP_PORT");
        QTest::newRow("a database, but nothing else") << SettingValues {{text("DATABASE_URL"), text("postgresql://a:b@c/d")},
            {text("ELECTRIC_WRITE_TO_PG_MODE"), text("direct_writes")}, {text("AUTH_MODE"), text("insecure")}}
                                                      << text("PG_PROXY_PASSWORD");
        QTest::newRow("secure without a key") << SettingValues {{text("AUTH_MODE"), text("secure")}, {text("AUTH_JWT_ALG"), text("HS256")}}
                                              << text("AUTH_JWT_KEY");
    }
    void aProfileIsJudged()
    {
        QFETCH(SettingValues, values);
        QFETCH(QString, wrong);
        const auto problems = problemsOf(values);
        QCOMPARE(problems.empty() ? QString() : problems.front().name, wrong);
        QVERIFY(problems.size() <= 1);
    }

    void theFormHasAFieldForEverySettingAndGivesBackWhatItGot()
    {
        SettingsForm form(nullptr);
        SettingValues values;
        for (const settings::Setting &one : settings::catalogue()) {
            const auto *editor = form.findChild<QWidget *>(QString::fromLatin1(one.name));
            QVERIFY2(editor, one.name);
            QVERIFY2(!editor->accessibleName().isEmpty() && !editor->accessibleDescription().isEmpty(), one.name);
            values.insert(QString::fromLatin1(one.name), QStringLiteral("value of ") + QString::fromLatin1(one.name));
        }
        values.insert(QStringLiteral("OF_ANOTHER_PROGRAM"), QStringLiteral("kept"));
        QSignalSpy edited(&form, &SettingsForm::edited);
        form.setValues(values);
        values.removeIf([all = values](const auto &one) { return !whyItDoesNotApply(one.key(), all).isEmpty(); });
        QCOMPARE(form.values(), values);
        QVERIFY(!form.problems().empty());
        form.setValues({});
        QCOMPARE(form.values(), SettingValues());
        QVERIFY(form.problems().empty());
        QCOMPARE(edited.size(), 0); // nobody typed
    }

    void changesAreShownWithoutSecrets()
    {
        SettingChangesModel model;
        const QAbstractItemModelTester tester(&model);
        model.show({{QStringLiteral("HTTP_PORT"), {}, QStringLiteral("1"), false, true},
            {QStringLiteral("AUTH_JWT_KEY"), QStringLiteral("hidden"), QStringLiteral("hidden, too"), true, true},
            {QStringLiteral("PATH"), {}, QStringLiteral("hidden"), true, false}});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, SettingChangesModel::Now).data().toString(), QStringLiteral("not set"));
        QCOMPARE(model.index(0, SettingChangesModel::Then).data().toString(), QStringLiteral("1"));
        for (int row = 1; row < model.rowCount(); ++row) {
            for (int column = 0; column < SettingChangesModel::ColumnCount; ++column)
                QVERIFY(!model.index(row, column).data().toString().contains(QStringLiteral("hidden")));
        }
        QVERIFY(model.index(2, SettingChangesModel::Then).data().toString().contains(QStringLiteral("left out")));
        model.show({});
        QCOMPARE(model.rowCount(), 0);
    }

    void typingIsCheckedAtOnce()
    {
        SettingsForm form(nullptr);
        QSignalSpy edited(&form, &SettingsForm::edited);
        form.findChild<QLineEdit *>(QStringLiteral("ELECTRIC_TXN_CACHE_SIZE"))->setText(QStringLiteral("much"));
        QCOMPARE(edited.size(), 1);
        QCOMPARE(form.problems().size(), std::size_t(1));
        form.findChild<QLineEdit *>(QStringLiteral("ELECTRIC_TXN_CACHE_SIZE"))->setText(QStringLiteral("64M"));
        QVERIFY(form.problems().empty());
        QCOMPARE(form.findChild<QLineEdit *>(QStringLiteral("PG_PROXY_PASSWORD"))->echoMode(), QLineEdit::PasswordEchoOnEdit);
    }
};

QTEST_MAIN(TestSettingsModel)
#include "tst_settingsmodel.moc"
