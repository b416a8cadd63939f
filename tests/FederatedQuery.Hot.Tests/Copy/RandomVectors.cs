using System.Text;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Hot.Tests.Copy;

/// <summary>Fills vectors with values that PostgreSQL and DuckDB both have, extremes among them.</summary>
internal sealed class RandomVectors(int seed)
{
    private static readonly double[] Doubles = [0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, 0.1];
    private static readonly string[] Texts = ["", "a", "twelve bytes", "thirteen bytes", "ä€😀", "it's \\ \"quoted\"\n", new string('x', 5000)];

    private readonly Random _random = new(seed);

    public void Fill(DuckDBVectorWriter vector, int first, int count)
    {
        for (var row = first; row < first + count; row++)
        {
            if (_random.Next(5) == 0)
            {
                vector.SetNull(row);
            }
            else
            {
                Set(ref vector, row);
            }
        }
    }

    private void Set(ref DuckDBVectorWriter vector, int row)
    {
        switch (vector.Type.Type)
        {
            case DuckDBType.Boolean:
                vector.Values<byte>()[row] = (byte)_random.Next(2);
                break;
            case DuckDBType.Integer:
                vector.Values<int>()[row] = Pick(int.MinValue, int.MaxValue, 0, _random.Next(-1000, 1000));
                break;
            case DuckDBType.BigInt:
                vector.Values<long>()[row] = Pick(long.MinValue, long.MaxValue, 0L, _random.NextInt64());
                break;
            case DuckDBType.Float:
                vector.Values<float>()[row] = (float)Pick([.. Doubles, _random.NextDouble()]);
                break;
            case DuckDBType.Double:
                vector.Values<double>()[row] = Pick([.. Doubles, _random.NextDouble()]);
                break;
            case DuckDBType.Decimal:
                SetDecimal(ref vector, row);
                break;
            case DuckDBType.Date:
                vector.Values<int>()[row] = Pick(int.MaxValue, -int.MaxValue, -2_440_588, 2_145_042_905, 0, _random.Next(-40_000, 40_000));
                break;
            case DuckDBType.Time:
                vector.Values<long>()[row] = Pick(0, 86_400_000_000, _random.NextInt64(86_400_000_000));
                break;
            case DuckDBType.Timestamp or DuckDBType.TimestampTz:
                vector.Values<long>()[row] = Pick(
                    long.MaxValue, -long.MaxValue, 0, -2_440_588L * 86_400_000_000, _random.NextInt64(-4_000_000_000_000_000, 4_000_000_000_000_000));
                break;
            case DuckDBType.Uuid:
                var guid = new byte[16];
                _random.NextBytes(guid);
                vector.Values<DuckDBUuid>()[row] = DuckDBUuid.From(new Guid(guid));
                break;
            case DuckDBType.Varchar:
                vector.SetString(row, Pick(Texts));
                break;
            case DuckDBType.Blob:
                vector.SetUtf8(row, Encoding.UTF8.GetBytes(Pick(Texts) + "\0\u0001"));
                break;
            case DuckDBType.List:
                var start = vector.ListSize;
                var length = _random.Next(4);
                vector.SetListSize(start + length);
                vector.ListEntries[row] = new DuckDBListEntry((ulong)start, (ulong)length);
                Fill(vector.Child(), start, length);
                break;
            case DuckDBType.Struct:
                for (var i = 0; i < vector.Type.Fields.Count; i++)
                {
                    Fill(vector.Field(i), row, 1);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(vector), vector.Type, "No values.");
        }
    }

    private void SetDecimal(ref DuckDBVectorWriter vector, int row)
    {
        var most = Int128.Parse(new string('9', vector.Type.Width), System.Globalization.CultureInfo.InvariantCulture);
        var digits = _random.Next(1, vector.Type.Width + 1);
        var some = Int128.Parse(string.Concat(Enumerable.Range(0, digits).Select(_ => _random.Next(10))), System.Globalization.CultureInfo.InvariantCulture);
        var value = Pick(most, -most, 0, some, -some, some / 100 * 100);
        switch (vector.Type.PhysicalType)
        {
            case DuckDBType.SmallInt:
                vector.Values<short>()[row] = (short)value;
                break;
            case DuckDBType.Integer:
                vector.Values<int>()[row] = (int)value;
                break;
            case DuckDBType.BigInt:
                vector.Values<long>()[row] = (long)value;
                break;
            default:
                vector.Values<Int128>()[row] = value;
                break;
        }
    }

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
