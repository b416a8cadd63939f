using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests;

/// <summary>One headless Chromium for all tests; every test has a fresh profile in it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Names outside this machine do not resolve, whoever asks; the rest keeps Chromium from asking by itself.</summary>
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ];

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>CHROMIUM_PATH, or what is on PATH; null when there is none.</summary>
    public static string? ExecutablePath { get; } = FindExecutable();

    public async Task InitializeAsync()
    {
        if (ExecutablePath is null)
        {
            // The tests say so, each as skipped.
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ExecutablePath,
            Args = Flags,
            Headless = true,
            Timeout = 60_000,
        });
    }

    /// <summary>Opens an empty page that may speak to <paramref name="origin"/> alone.</summary>
    /// <param name="origin">Such as <c>http://127.0.0.1:8000</c>.</param>
    /// <param name="colors">What the person prefers.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    public async Task<WatchedPage> OpenAsync(string origin, ColorScheme colors = ColorScheme.Light, int width = 1400)
    {
        var browser = _browser ?? throw new InvalidOperationException("There is no Chromium here.");
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = colors,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        context.SetDefaultTimeout(15_000);
        return await WatchedPage.OpenAsync(context, new Uri(origin));
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    private static string? FindExecutable()
    {
        var named = Environment.GetEnvironmentVariable("CHROMIUM_PATH");
        if (!string.IsNullOrEmpty(named))
        {
            return named;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}

/// <summary>A fact that needs Chromium; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Chromium.ExecutablePath is null)
        {
            Skip = "No Chromium on PATH or at CHROMIUM_PATH: install the package 'chromium'.";
        }
    }
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = new BrowserFactAttribute().Skip;
}
