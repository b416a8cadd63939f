using System.Buffers.Text;
using System.Globalization;
using System.Text;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="Token">Null: everything at once. Empty: the first page. Else as the page before gave it.</param>
/// <param name="Size">At most so many; at least 1.</param>
public sealed record PageRequest(string? Token, int? Size)
{
    public static PageRequest All { get; } = new(null, null);
}

/// <summary>Pages of a list that is in order of its names: a token says the last name of the page before, so nothing is kept between two requests.</summary>
internal static class Paging
{
    private const int MaxSize = 1000;
    private const string Version = "1:";

    /// <param name="names">In ordinal order.</param>
    /// <exception cref="RestCatalogException">400: the token is none of this server's, or the size is below 1.</exception>
    public static (IReadOnlyList<string> Names, string? NextToken) Take(IReadOnlyList<string> names, PageRequest page)
    {
        if (page.Size is < 1)
        {
            throw RestCatalogException.BadRequest(string.Create(CultureInfo.InvariantCulture, $"'pageSize' is {page.Size}; it must be at least 1."));
        }

        if (page.Token is null)
        {
            return (names, null);
        }

        var after = page.Token.Length == 0 ? null : Decode(page.Token);
        var size = Math.Min(page.Size ?? MaxSize, MaxSize);
        var rest = names.SkipWhile(name => after is not null && string.CompareOrdinal(name, after) <= 0);
        List<string> taken = [.. rest.Take(size + 1)];
        return taken.Count > size ? (taken[..size], Encode(taken[size - 1])) : (taken, null);
    }

    private static string Encode(string name) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Version + name));

    private static string Decode(string token)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
            if (text.StartsWith(Version, StringComparison.Ordinal))
            {
                return text[Version.Length..];
            }
        }
        catch (FormatException)
        {
            // Said below, as of any other text.
        }

        throw RestCatalogException.BadRequest($"'pageToken' is '{token}', which is no token of this server's; begin with an empty one.");
    }
}
