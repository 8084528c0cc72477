/// The system schema `retl`, for those who must create it by hand.
package enum SystemSchema {
    /// otter's tables, as in otter, so that a site can move over pipeline by pipeline.
    private static let otterTables = [
        """
        CREATE TABLE IF NOT EXISTS `retl`.`retl_buffer` (
          `ID` BIGINT NOT NULL AUTO_INCREMENT,
          `TABLE_ID` INT NOT NULL,
          `FULL_NAME` VARCHAR(512) DEFAULT NULL,
          `TYPE` CHAR(1) NOT NULL,
          `PK_DATA` VARCHAR(256) NOT NULL,
          `GMT_CREATE` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
          `GMT_MODIFIED` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
          PRIMARY KEY (`ID`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
        """,
        """
        CREATE TABLE IF NOT EXISTS `retl`.`retl_mark` (
          `ID` BIGINT NOT NULL AUTO_INCREMENT,
          `CHANNEL_ID` INT DEFAULT NULL,
          `CHANNEL_INFO` VARCHAR(128) DEFAULT NULL,
          PRIMARY KEY (`ID`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
        """,
        """
        CREATE TABLE IF NOT EXISTS `retl`.`xdual` (
          `ID` BIGINT NOT NULL AUTO_INCREMENT,
          `X` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
          PRIMARY KEY (`ID`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
        """,
    ]

    /// Everything, in an order that works; each statement changes nothing when its object is there.
    ///
    /// - Parameter ownTables: what creates the schema and Lutra's own tables.
    package static func statements(ownTables: [String]) -> [String] { ownTables + otterTables }

    /// The same as a script.
    package static func script(ownTables: [String]) -> String {
        statements(ownTables: ownTables).joined(separator: ";\n") + ";\n"
    }
}
