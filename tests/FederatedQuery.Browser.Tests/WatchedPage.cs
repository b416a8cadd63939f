using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests;

/// <summary>
/// A page of a browser profile of its own that notes every request, websocket and complaint of the browser. Disposing of it fails the test
/// when anything was asked of another origin or the browser complained.
/// </summary>
public sealed class WatchedPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _origin;
    private readonly ConcurrentQueue<Uri> _requests = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    private WatchedPage(IBrowserContext context, Uri origin, IPage page)
    {
        _context = context;
        _origin = origin;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>All that was asked for so far, websockets too.</summary>
    public IReadOnlyCollection<Uri> Requests => _requests;

    /// <summary>Errors that the test brings about on purpose: complaints that hold one of these texts do not fail it.</summary>
    public IList<string> Expected { get; } = [];

    /// <summary>Other hosts with their ports that the page may ask, such as where people sign in.</summary>
    public ISet<string> Allowed { get; } = new HashSet<string>();

    public static async Task<WatchedPage> OpenAsync(IBrowserContext context, Uri origin)
    {
        var watched = new WatchedPage(context, origin, await context.NewPageAsync());
        context.Request += (_, request) => watched._requests.Enqueue(new Uri(request.Url));
        watched.Page.WebSocket += (_, socket) => watched._requests.Enqueue(new Uri(socket.Url));
        watched.Page.PageError += (_, error) => watched._complaints.Enqueue(error);
        watched.Page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                watched._complaints.Enqueue($"{message.Text} ({message.Location})");
            }
        };
        return watched;
    }

    /// <param name="path">With its query string, from the origin: <c>/graphql</c>.</param>
    public async Task<IResponse> GotoAsync(string path) =>
        await Page.GotoAsync(new Uri(_origin, path).AbsoluteUri) ?? throw new InvalidOperationException($"'{path}' is the page that is open already.");

    /// <summary>Keeps a picture for people to look at, when BROWSER_SCREENSHOTS names a folder.</summary>
    public async Task ScreenshotAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("BROWSER_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Assert.DoesNotContain(_requests, request => request.Scheme is not ("data" or "blob") && request.Authority != _origin.Authority && !Allowed.Contains(request.Authority));
        Assert.DoesNotContain(_complaints, complaint => !Expected.Any(text => complaint.Contains(text, StringComparison.Ordinal)));
    }
}
