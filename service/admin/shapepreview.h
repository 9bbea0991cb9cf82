#pragma once

#include "service/pg/connection.h"
#include "shared/admin/values.h"

#include <QJsonArray>

#include <string>

namespace electric::admin {

// A shape as a client would ask for it.
struct ShapeQuestion {
    QString table; // of the schema public: there are no others for clients
    QString where;
    QJsonArray include; // of {table, foreignKey: [column], where?, include?}
    QString user;
};

// What became of it: queries for the rows that the user gets, table by table, or what is wrong.
struct CheckedShape {
    struct Part {
        PreviewedTable table; // without figures
        std::string counting; // a SELECT of number and bytes
        std::string rows; // a SELECT of each row as JSON and its size, in order
    };
    QList<Part> parts;
    QString error;
    QString remedy;
    QString errorTable;
    int position = 0;
};

// Counts and first rows, all of one moment; changes nothing, and breaks off after ten seconds.
[[nodiscard]] Result<ShapePreview> previewShape(pg::Connection &connection, const CheckedShape &shape, int sample);

} // namespace electric::admin
