#pragma once

#include <QLineEdit>
#include <QWidget>

class QPushButton;

namespace electric::console {

// The line of a secret setting, with buttons to look at it and, for some, to make one up.
class SecretField final : public QWidget
{
    Q_OBJECT

public:
    SecretField(QLineEdit *line, const QString &name, QWidget *parent); // takes the line in

    void offerToGenerate(); // generateWanted() may come from now on
    void setGeneratable(bool is, const QString &whyNot);
    void showText(bool shown);

Q_SIGNALS:
    void generateWanted();

private:
    QLineEdit *m_line;
    QPushButton *m_show = nullptr;
    QPushButton *m_generate = nullptr;
};

} // namespace electric::console
