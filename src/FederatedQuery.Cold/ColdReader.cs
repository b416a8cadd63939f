namespace FederatedQuery.Cold;

/// <summary>Who reads the files of cold tables.</summary>
public enum ColdReader
{
    /// <summary>This project's own scan planning, and DuckDB's Parquet reader.</summary>
    Native,

    /// <summary>DuckDB's iceberg extension, from a file that is installed.</summary>
    Extension,
}
