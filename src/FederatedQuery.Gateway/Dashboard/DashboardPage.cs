namespace FederatedQuery.Gateway.Dashboard;

/// <summary>The dashboard's one HTML page, whatever its address: the script in it shows what the address says. Immutable.</summary>
internal sealed class DashboardPage
{
    private const string Head = "<head>";

    private readonly string _upToHead;
    private readonly string _rest;

    /// <param name="html">As Vite has written it; addresses in it are relative.</param>
    /// <exception cref="InvalidDataException">It has no head.</exception>
    public DashboardPage(string html)
    {
        var head = html.IndexOf(Head, StringComparison.Ordinal);
        if (head < 0)
        {
            throw new InvalidDataException($"The dashboard's page has no '{Head}'.");
        }

        _upToHead = html[..(head + Head.Length)];
        _rest = html[(head + Head.Length)..];
    }

    /// <summary>The page for an address. Its base is relative to it: a proxy may have put a prefix before the gateway's root.</summary>
    /// <param name="path">Such as <c>/tables/default/sales</c>.</param>
    public string At(PathString path) => $"{_upToHead}<base href=\"{RootFrom(path)}\" />{_rest}";

    /// <summary>The way from a page to the root: <c>./</c>, or <c>../</c> for each folder that the page lies in.</summary>
    public static string RootFrom(PathString path)
    {
        var folders = (path.Value ?? "/").Count(character => character == '/') - 1;
        return folders <= 0 ? "./" : string.Concat(Enumerable.Repeat("../", folders));
    }
}
