using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Cli;

/// <summary>FROM=TO of <c>--location-map</c>.</summary>
internal static class LocationMapArgument
{
    /// <summary>Parted at the last equals sign, since prefixes as writers leave them hold some (<c>/day=1</c>) and folders that tables are copied to seldom do.</summary>
    /// <exception cref="TieringException">InvalidArgument: there is none.</exception>
    public static (string From, string To) Parse(string text)
    {
        var sign = text.LastIndexOf('=');
        return sign > 0 && sign < text.Length - 1
            ? (text[..sign], text[(sign + 1)..])
            : throw new TieringException(
                TieringErrorKind.InvalidArgument, $"--location-map is '{text}'; it must be FROM=TO, such as s3://old-bucket/table=/data/table.");
    }
}
