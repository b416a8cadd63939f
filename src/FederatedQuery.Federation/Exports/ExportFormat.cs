namespace FederatedQuery.Federation.Exports;

/// <summary>How rows are written where they stream.</summary>
public enum ExportFormat
{
    /// <summary>A JSON object a line, UTF-8.</summary>
    Ndjson,

    /// <summary>RFC 4180 with a header line, UTF-8.</summary>
    Csv,

    /// <summary>One Parquet file.</summary>
    Parquet,
}

/// <summary>What is said of formats to clients.</summary>
public static class ExportFormats
{
    /// <summary>As the query parameter <c>format</c> says it.</summary>
    /// <exception cref="FederatedQueryException">BadArgument: there is no such format.</exception>
    public static ExportFormat Parse(string? text) => text switch
    {
        null or "" or "ndjson" => ExportFormat.Ndjson,
        "csv" => ExportFormat.Csv,
        "parquet" => ExportFormat.Parquet,
        _ => throw new FederatedQueryException(FailureKind.BadArgument, $"`format` is '{text}'; it must be ndjson, csv or parquet."),
    };

    public static string ContentType(this ExportFormat format) => format switch
    {
        ExportFormat.Ndjson => "application/x-ndjson; charset=utf-8",
        ExportFormat.Csv => "text/csv; charset=utf-8; header=present",
        _ => "application/vnd.apache.parquet",
    };

    /// <summary>Of file names, without the dot.</summary>
    public static string Extension(this ExportFormat format) => format switch
    {
        ExportFormat.Ndjson => "ndjson",
        ExportFormat.Csv => "csv",
        _ => "parquet",
    };
}
