using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Federation.Tests.Materialized;

/// <summary>A stored answer is the live one, byte for byte: values, types, names, order.</summary>
public sealed class ResultTypesTests(SharedScene shared) : IClassFixture<SharedScene>
{
    private readonly MaterializedScene _scene = shared.Scene;

    [Theory]
    [InlineData("true, NULL::BOOLEAN, 1::TINYINT, (-32768)::SMALLINT, 2147483647, 9223372036854775807, 255::UTINYINT, 65535::USMALLINT, 4294967295::UINTEGER, 18446744073709551615::UBIGINT")]
    [InlineData("170141183460469231731687303715884105727::HUGEINT, (-170141183460469231731687303715884105727)::HUGEINT, 340282366920938463463374607431768211455::UHUGEINT, 123456789012345678901234567890123456789012345678901234567890::BIGNUM")]
    [InlineData("0.1::FLOAT, -0.0::DOUBLE, 'nan'::DOUBLE, 'inf'::DOUBLE, 5e-324::DOUBLE, 3.4028235e38::FLOAT")]
    [InlineData("1.10::DECIMAL(4, 2), -99999999999999999999999999999999999999::DECIMAL(38, 0), 0.00000000000000000000000000000000000001::DECIMAL(38, 38), 123456789.123456789::DECIMAL(18, 9)")]
    [InlineData("'', 'a''b', chr(0) || 'x', '😀', NULL::VARCHAR, '\\x00\\xFF'::BLOB, ''::BLOB, '5c0e5a4c-8f0f-4ad8-9a1e-1234567890ab'::UUID, '10101'::BIT")]
    [InlineData("DATE '2024-02-29', DATE '0044-03-15 (BC)', DATE '5881580-07-10', TIME '23:59:59.999999', '12:34:56.123456+05:30'::TIMETZ, '12:34:56.123456789'::TIME_NS")]
    [InlineData("TIMESTAMP '2024-01-01 01:02:03.456789', TIMESTAMP_S '1900-01-01 00:00:01', TIMESTAMP_MS '2024-01-01 00:00:00.001', TIMESTAMP_NS '2024-01-01 00:00:00.000000001', TIMESTAMPTZ '2024-01-01 01:02:03.456789+02', 'infinity'::TIMESTAMP, '-infinity'::DATE")]
    [InlineData("INTERVAL '1 year -3 days 04:05:06.000007', INTERVAL '-1 month', INTERVAL '-0.000001 seconds', INTERVAL '0 days', INTERVAL '100000 hours'")]
    [InlineData("'b'::ENUM('c', 'b', 'a'), '{\"a\": [1, null, 1.50]}'::JSON, NULL::JSON, NULL")]
    [InlineData("[1, NULL, 3], []::INTEGER[], NULL::INTEGER[], [[1], []], ['a', NULL], array_value(1.5, 2.5), [170141183460469231731687303715884105727::HUGEINT, NULL]")]
    [InlineData("{'a': 1, 'b c': {'d': [INTERVAL '1 microsecond']}}, MAP {'k': 1, 'l': NULL}, MAP {1::HUGEINT: 'x'}, {'j': '[1]'::JSON}, [{'x': '1'::ENUM('1', '2')}]")]
    [InlineData("1 AS a, 2 AS a, 3 AS \"A\", 4 AS \"we\"\"ird, name\", 5 AS \"r\", 6 AS position, 7 AS c0")]
    public async Task Run_Stored_GivesTheLiveAnswer(string values)
    {
        var sql = $"SELECT {values} FROM users u JOIN plain p ON p.user_id = u.id UNION ALL SELECT {values} ORDER BY ALL";

        var (live, liveColumns) = await AskAsync(sql, isStored: false);
        await _scene.WarmAsync(sql);
        var (stored, storedColumns) = await AskAsync(sql, isStored: true);

        Assert.Equal(live, stored);
        Assert.Equal(liveColumns, storedColumns);
    }

    [Theory]
    [InlineData("row(1, 2)")]
    [InlineData("union_value(a := 1)")]
    public async Task Run_TypesThatParquetDoesNotKeep_AreAnsweredLive(string value)
    {
        var sql = $"SELECT {value} AS v UNION ALL SELECT {value}";
        for (var run = 0; run < 3; run++)
        {
            await AskAsync(sql, isStored: false);
            await _scene.IdleAsync();
        }

        var error = await Assert.ThrowsAsync<FederatedQueryException>(
            () => _scene.Services.Queries.MaterializeAsync(new QueryRequest { Sql = sql }, null, CancellationToken.None));
        Assert.StartsWith("The result cannot be stored: column 'v' is of type ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Larger than row groups and chunks, in an order that no column has.</summary>
    [Fact]
    public async Task Run_StoredManyRows_KeepsTheirOrder()
    {
        const string Sql = "SELECT i, hash(i) AS h FROM range(50000) AS r(i) UNION ALL SELECT -i, 0 FROM range(10) AS s(i) ORDER BY h, i LIMIT 45000";

        var (live, _) = await AskAsync(Sql, isStored: false);

        Assert.Equal(live, await _scene.WarmAsync(Sql));
    }

    private async Task<(string Rows, IReadOnlyList<AnswerColumn> Columns)> AskAsync(string sql, bool isStored)
    {
        using var answer = await _scene.RunAsync(sql);
        Assert.Equal(isStored, answer.DataSource == DataSource.Materialized);
        return (MaterializedScene.Text(answer), answer.Columns);
    }
}
