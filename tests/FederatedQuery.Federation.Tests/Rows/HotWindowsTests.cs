using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Tests.Rows;

public sealed class HotWindowsTests
{
    private static readonly DateTimeOffset FirstDay = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly NestedField Time = new(1, "ts", IcebergType.Timestamptz, required: true);
    private static readonly NestedField User = new(2, "user_id", IcebergType.String, required: false);
    private static readonly Expression OfUser = Expression.And(Expression.Equal("user_id", Literal.String("u")), Expression.StartsWith("user_id", "u"));

    [Fact]
    public void BoundariesOf_NoIndexOfWhatIsCompared_DividesIntoSomeMoreAndTheRest() =>
        Assert.Equal(["2026-01-31", "2026-01-21"], DaysOf(Table(31, _ => []), Expression.True, descending: true));

    [Fact]
    public void BoundariesOf_IndexOfWhatIsCompared_IsOneWindow()
    {
        var table = Table(31, _ => ["user_id"]);

        Assert.Empty(DaysOf(table, OfUser, descending: true));
        Assert.Empty(DaysOf(table, Expression.In("user_id", [Literal.String("u"), Literal.String("v")]), descending: false));
    }

    [Fact]
    public void BoundariesOf_FilterThatNoIndexFindsRowsBy_IsDividedAllTheSame()
    {
        var table = Table(31, _ => ["user_id"]);

        Assert.Equal(2, DaysOf(table, Expression.Or(OfUser, Expression.IsNull("user_id")), descending: true).Count);
        Assert.Equal(2, DaysOf(table, Expression.NotEqual("user_id", Literal.String("u")), descending: true).Count);
    }

    [Fact]
    public void BoundariesOf_OpenDayWithoutTheIndex_IsAWindowByItself()
    {
        var table = Table(31, day => day == 31 ? [] : ["user_id"]);

        Assert.Equal(["2026-01-31"], DaysOf(table, OfUser, descending: true));
        Assert.Equal(["2026-01-02", "2026-01-12"], DaysOf(table, OfUser, descending: false));
    }

    [Fact]
    public void BoundariesOf_MorePartitionsThanAreReadTogether_AreDividedBehindThem()
    {
        var table = Table(60, _ => ["user_id"]);

        Assert.Equal(["2026-01-29"], DaysOf(table, OfUser, descending: true));
        Assert.Equal(["2026-02-02"], DaysOf(table, OfUser, descending: false));
    }

    [Fact]
    public void BoundariesOf_RowsAPartitionHadBefore_TakesTwiceAsManyPartitionsAsWillDo()
    {
        var table = Table(31, _ => ["user_id"]);

        // 50 rows are in 5 partitions.
        Assert.Equal(["2026-01-21"], DaysOf(table, OfUser, descending: true, rowsPerPartition: 10));
        Assert.Equal(["2026-01-12"], DaysOf(table, OfUser, descending: false, rowsPerPartition: 10));
        // A page needs nearly all of them, or more.
        Assert.Empty(DaysOf(table, OfUser, descending: true, rowsPerPartition: 4));
        Assert.Empty(DaysOf(table, OfUser, descending: true, rowsPerPartition: 0));
    }

    /// <summary>The days that boundaries begin, or, descending, those whose first instant is the last of a window.</summary>
    private static List<string> DaysOf(RegisteredTable table, Expression filter, bool descending, double? rowsPerPartition = null)
    {
        var boundaries = HotWindows.BoundariesOf(
            new RowQuery { Table = table, Filter = filter }, RowTerm.Of(Time, descending), start: null, rowsWanted: 50, leastRows: 100, rowsPerPartition);
        return [.. boundaries.Select(boundary => EpochTime.UtcOf(boundary.AsLong).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))];
    }

    /// <param name="days">Each a partition of 100 rows.</param>
    /// <param name="indexed">Columns by the day's number, from 1.</param>
    private static RegisteredTable Table(int days, Func<int, string[]> indexed) => new()
    {
        Namespace = RegisteredTable.DefaultNamespace,
        Name = "t",
        Tiering = null,
        Cold = null,
        Hot = new PostgresTable
        {
            Name = TableName.InPublic("t"),
            Oid = 1,
            Schema = new Schema(0, Time, User),
            Columns = [],
            UnsupportedColumns = [],
            PrimaryKey = [],
            JsonFieldIds = [],
            RangePartitionColumn = Time.Name,
            Partitions =
            [
                .. Enumerable.Range(1, days).Select(day => new PostgresPartition(
                    TableName.InPublic($"t{day}"), (uint)day, FirstDay.AddDays(day - 1), FirstDay.AddDays(day), IsDefault: false, EstimatedRows: 100, Bytes: 1)
                {
                    IndexedColumns = [.. indexed(day)],
                }),
            ],
        },
    };
}
