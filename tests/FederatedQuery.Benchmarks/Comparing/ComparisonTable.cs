using System.Globalization;
using System.Text;

namespace FederatedQuery.Benchmarks.Comparing;

/// <summary>Comparisons as a Markdown table, medians first to last by area.</summary>
internal static class ComparisonTable
{
    public static string ToMarkdown(IReadOnlyList<Comparison> comparisons)
    {
        var text = new StringBuilder("| area | work | compared with | time, ours : theirs (rounds) | ours | theirs |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var line in comparisons)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {line.Area} | {line.Work} | {line.Rival} ");
            text.Append(CultureInfo.InvariantCulture, $"| **{line.Ratio:0.00}** ({line.Ratios.Min():0.00}-{line.Ratios.Max():0.00}) ");
            text.Append(CultureInfo.InvariantCulture, $"| {Median(line, line.Ours)} | {Median(line, line.Theirs)} |\n");
        }

        return text.ToString();
    }

    private static string Median(Comparison line, IReadOnlyList<double> seconds) => line.Unit.Format(Comparison.Median(seconds));
}
