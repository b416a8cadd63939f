using FederatedQuery.DuckDb;

namespace FederatedQuery.Cold.Staging;

/// <summary>Where rows to load come from.</summary>
public abstract record RowSource
{
    private protected RowSource()
    {
    }

    /// <summary>What people call it.</summary>
    public abstract string Name { get; }

    /// <summary>A file of this machine.</summary>
    /// <param name="format">Null: by the file's extension, a further <c>.gz</c> or <c>.zst</c> aside.</param>
    public static RowSource File(string path, RowFormat? format = null) => new FileSource(path, format);

    /// <summary>A SELECT of DuckDB's, trusted: it may read any file.</summary>
    public static RowSource Select(string sql, string name) => new SelectSource(sql, name);

    /// <exception cref="StagingException">The file is missing, a folder, or of no known format.</exception>
    internal abstract string ToSql();

    private sealed record FileSource(string Path, RowFormat? Format) : RowSource
    {
        public override string Name => System.IO.Path.GetFileName(Path);

        internal override string ToSql()
        {
            if (!System.IO.File.Exists(Path))
            {
                var reason = Directory.Exists(Path) ? "is a folder; name one file" : "does not exist";
                throw new StagingException($"'{Path}' cannot be loaded: it {reason}.");
            }

            var file = DuckDBSql.QuoteLiteral(System.IO.Path.GetFullPath(Path));
            return (Format ?? FormatOf(Path)) switch
            {
                RowFormat.Csv => $"SELECT * FROM read_csv({file})",
                RowFormat.Ndjson => $"SELECT * FROM read_json({file}, format = 'newline_delimited')",
                RowFormat.Parquet => $"SELECT * FROM read_parquet({file})",
                var format => throw new ArgumentOutOfRangeException(nameof(Format), format, "Not a format."),
            };
        }

        private static RowFormat FormatOf(string path)
        {
            var name = path.ToLowerInvariant();
            foreach (var packed in new[] { ".gz", ".zst" })
            {
                name = name.EndsWith(packed, StringComparison.Ordinal) ? name[..^packed.Length] : name;
            }

            return System.IO.Path.GetExtension(name) switch
            {
                ".csv" or ".tsv" => RowFormat.Csv,
                ".ndjson" or ".jsonl" or ".json" => RowFormat.Ndjson,
                ".parquet" => RowFormat.Parquet,
                var extension => throw new StagingException(
                    $"'{path}' cannot be loaded: its extension '{extension}' names no format. Name a .csv, .tsv, .ndjson, .jsonl, .json or .parquet file, or give the format."),
            };
        }
    }

    private sealed record SelectSource(string Sql, string Title) : RowSource
    {
        public override string Name => Title;

        internal override string ToSql() => Sql;
    }
}

public enum RowFormat
{
    /// <summary>Delimiter, header and types are found out by DuckDB.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    Ndjson,
    Parquet,
}
