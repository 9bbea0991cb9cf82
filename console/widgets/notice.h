#pragma once

#include "shared/admin/framing.h"

#include <QFrame>

class QLabel;
class QToolButton;

namespace electric::console {

class ServiceLink;

// A line across a page that says what is wrong or needs attention; hidden while there is nothing to say. Read out by screen readers
// when it appears.
class Notice final : public QFrame
{
    Q_OBJECT

public:
    enum class Kind { Information, Warning, Error };

    explicit Notice(QWidget *parent = nullptr);

    void say(Kind kind, const QString &text);
    void tell(const QString &what, const admin::Error &why); // what failed, and the service's reason and remedy
    void clear();
    [[nodiscard]] QString text() const;
    void setDismissible(bool dismissible);

    // From now on it says how the link stands while it is down, and nothing else.
    void followLink(const ServiceLink &link);

private:
    QLabel *m_icon = nullptr;
    QLabel *m_text = nullptr;
    QToolButton *m_dismiss = nullptr;
};

} // namespace electric::console
