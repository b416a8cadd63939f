namespace FederatedQuery.Federation.Queries;

/// <summary>What a query did in each tier.</summary>
/// <param name="Sql">The statement that merged both tiers, in DuckDB's dialect.</param>
/// <param name="ColdBytesCharged">What the query counts for in budgets: the most bytes that it reads of cold files, by the manifests.</param>
public sealed record QueryReport(HotReport? Hot, ColdReport? Cold, string Sql, long ColdBytesCharged = 0);

/// <param name="Sql">What Postgres was asked; several scans are divided by semicolons.</param>
/// <param name="Rows">Rows that Postgres sent.</param>
/// <param name="Bytes">Bytes of the COPY format.</param>
/// <param name="Milliseconds">Spent waiting for and decoding rows, all scans together.</param>
public sealed record HotReport(string Sql, long Rows, long Bytes, double Milliseconds);

/// <param name="SnapshotId">Of the table, when one cold table was read.</param>
/// <param name="FilesTotal">Data files of the snapshots.</param>
/// <param name="FilesRead">Those that could hold matching rows.</param>
/// <param name="BytesRead">The most bytes that are read of them, and of their deletes: the wanted columns, by the manifests.</param>
/// <param name="BytesFetched">Of that, what had to come from the object store. Footers are counted, columns that were not needed are not.</param>
/// <param name="CacheHits">Files of object stores that were on local disk already.</param>
/// <param name="Rows">Rows of the files read, before DuckDB's own pruning by row group: an upper bound.</param>
/// <param name="Milliseconds">Spent on planning and on bringing files; DuckDB's own reading is part of the query's time.</param>
public sealed record ColdReport(
    long? SnapshotId, int FilesTotal, int FilesRead, long BytesRead, long BytesFetched, int CacheHits, long Rows, double Milliseconds);
