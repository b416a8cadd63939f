using System.Text.Json;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests;

/// <summary>What axe finds wrong with pages.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Script = new(() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe.min.js")));

    /// <summary>What is wrong with the page as it is, by WCAG 2.2 A and AA, that is serious or worse.</summary>
    public static async Task<IReadOnlyList<string>> SeriousAsync(IPage page)
    {
        // Colours fade in; half faded they have another contrast.
        await page.EvaluateAsync("() => Promise.all(document.getAnimations().filter(a => a.effect?.getComputedTiming().iterations !== Infinity).map(a => a.finished.catch(() => null)))");
        await page.EvaluateAsync(Script.Value);
        var violations = await page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })).violations
              .filter(violation => violation.impact === 'serious' || violation.impact === 'critical')
              .map(violation => violation.id + ': ' + violation.nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary).join('; '))
            """);
        return [.. violations.EnumerateArray().Select(violation => violation.GetString()!)];
    }
}
