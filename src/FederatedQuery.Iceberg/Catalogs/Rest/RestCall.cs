namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>A request to a REST catalog, or to the server that gives tokens for it.</summary>
internal sealed record RestCall(HttpMethod Method, Uri Address)
{
    /// <summary>Table metadata of very large tables; other answers are far smaller.</summary>
    public const int MaxTableBytes = 256 << 20;

    private const int MaxOtherBytes = 32 << 20;

    /// <summary>Empty: none is sent.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>Beside those of every request.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Made twice it does no more than made once, so that it is sent again when no answer came.</summary>
    public bool MayBeRepeated { get; init; } = Method == HttpMethod.Get || Method == HttpMethod.Delete;

    public int MaxAnswerBytes { get; init; } = MaxOtherBytes;

    /// <summary>Null: that of <see cref="RestCatalogOptions.RequestTimeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For messages; a query may hold tokens of paging.</summary>
    public override string ToString() => $"{Method} {Address.GetLeftPart(UriPartial.Path)}";
}
