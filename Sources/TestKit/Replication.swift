import Foundation

extension Server {
    /// Makes this server a replica of another one, whose log must still begin at its beginning. What it logged before
    /// is forgotten, and it begins a few files of its own, so that the same transaction lies elsewhere in its log.
    package func replicate(from primary: Server, usesGTIDs: Bool = true) throws {
        let forget = flavor == .mysql ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER"
        try execute("\(forget); FLUSH BINARY LOGS; FLUSH BINARY LOGS")
        switch flavor {
        case .mariadb:
            try execute(
                """
                SET GLOBAL gtid_slave_pos = '';
                CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=\(primary.port), MASTER_USER='lutra',
                MASTER_PASSWORD='lutra', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1;
                START SLAVE
                """)
        case .mysql, .mysql80:
            let place = usesGTIDs ? "SOURCE_AUTO_POSITION=1" : "SOURCE_LOG_FILE='binlog.000001', SOURCE_LOG_POS=4"
            try execute(
                """
                CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=\(primary.port),
                SOURCE_USER='lutra', SOURCE_PASSWORD='lutra', \(place), SOURCE_CONNECT_RETRY=1,
                GET_SOURCE_PUBLIC_KEY=1;
                START REPLICA
                """)
        }
    }

    /// Ends the replication: the replica is a server of its own.
    package func endReplication() throws { try execute(flavor == .mariadb ? "STOP SLAVE" : "STOP REPLICA") }
}
