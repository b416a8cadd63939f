namespace FederatedQuery.Hot.Copy;

/// <summary>10^0 to 10^38, all that an Int128 holds.</summary>
internal static class PowersOfTen
{
    private static readonly Int128[] Values = Make();

    public static Int128 Get(int exponent) => Values[exponent];

    private static Int128[] Make()
    {
        var values = new Int128[39];
        values[0] = 1;
        for (var i = 1; i < values.Length; i++)
        {
            values[i] = values[i - 1] * 10;
        }

        return values;
    }
}
