#pragma once

class QMainWindow;

namespace electric::console {

class ServiceLink;

// A list of all shortcuts of the window, made from its actions.
void showShortcuts(QMainWindow &window);
void showAbout(QMainWindow &window, const ServiceLink &link);

} // namespace electric::console
