using System.Text.Json;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Erasing;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.RowChanges;
using FederatedQuery.Tiering.Tables;
using FederatedQuery.Tiering.Tests.Erasing;
using FederatedQuery.Tiering.Tests.Maintenance;
using FederatedQuery.Tiering.Tests.Moves;
using FederatedQuery.Tiering.Tests.Verification;

namespace FederatedQuery.Tiering.Tests.Tables;

/// <summary>Columns of a tiered table that are renamed, dropped and added again, of whose rows half are cold by then.</summary>
public class RenamedColumnsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly DateOnly First = new(2026, 2, 1);
    private static readonly DateOnly Second = new(2026, 2, 2);
    private static readonly TableName Events = TableName.InPublic("events");

    [Fact]
    public async Task Rename_ColdRows_KeepTheirValuesBeforeAndAfterTheColdTableFollows()
    {
        await using var scene = await StartAsync();

        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME COLUMN note TO remark");

        Assert.Equal("2000 | 286", await scene.Tiers.FederatedAsync("SELECT count(remark), count(*) FILTER (remark = 'note 1') FROM events"));
        Assert.Equal("id, at, amount, note", await ColdNamesAsync(scene));
        await FollowAsync(scene);
        Assert.Equal("2000 | 286", await scene.Tiers.FederatedAsync("SELECT count(remark), count(*) FILTER (remark = 'note 1') FROM events"));
        Assert.Equal("143", await scene.Tiers.ColdAsync("SELECT count(*) FROM events WHERE remark = 'note 1'"));
        Assert.Equal("id, at, amount, remark", await ColdNamesAsync(scene));
        Assert.Equal(143, await CountByAnotherReaderAsync(scene, "remark", "note 1"));
        await scene.MoveAsync(Second);
        Assert.Equal("id, at, amount, remark", await ColdNamesAsync(scene));
        Assert.Equal("2000 | 286", await scene.Tiers.FederatedAsync("SELECT count(remark), count(*) FILTER (remark = 'note 1') FROM events"));
        await VerifyAsync(scene);
    }

    /// <summary>Nobody but the move has told the cold table.</summary>
    [Fact]
    public async Task Rename_ThenMove_WritesUnderTheNewName()
    {
        await using var scene = await StartAsync();
        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME COLUMN note TO remark; ALTER TABLE events ADD COLUMN note int; UPDATE events SET note = 5");

        await scene.MoveAsync(Second);

        Assert.Equal("id, at, amount, remark, note", await ColdNamesAsync(scene));
        Assert.Equal("2000 | 1000 | 5000", await scene.Tiers.FederatedAsync("SELECT count(remark), count(note), sum(note) FROM events"));
        await VerifyAsync(scene);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rename_TwoExchangeTheirNames_ValuesStayWithTheirColumns(bool follows)
    {
        await using var scene = await MoveScene.StartAsync(
            postgres, "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text, other text DEFAULT 'other')");
        await scene.MoveAsync(First);

        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME note TO third; ALTER TABLE events RENAME other TO note; ALTER TABLE events RENAME third TO other");
        if (follows)
        {
            await FollowAsync(scene);
            Assert.Equal("id, at, amount, other, note", await ColdNamesAsync(scene));
        }

        Assert.Equal("2000 | 2000 | 286", await scene.Tiers.FederatedAsync(
            "SELECT count(*), count(*) FILTER (note = 'other'), count(*) FILTER (other = 'note 3') FROM events"));
        await scene.MoveAsync(Second);
        Assert.Equal("2000 | 2000 | 286", await scene.Tiers.FederatedAsync(
            "SELECT count(*), count(*) FILTER (note = 'other'), count(*) FILTER (other = 'note 3') FROM events"));
        await VerifyAsync(scene);
    }

    [Theory]
    [InlineData(false, "text")]
    [InlineData(true, "text")]
    [InlineData(false, "integer")]
    [InlineData(true, "jsonb")]
    public async Task DropAndAdd_OfOneName_IsAnotherColumn(bool follows, string type)
    {
        await using var scene = await StartAsync();

        await scene.Tiers.ExecuteAsync($"ALTER TABLE events DROP COLUMN note; ALTER TABLE events ADD COLUMN note {type}");
        if (follows)
        {
            await FollowAsync(scene);
            Assert.Equal("id, at, amount, note_dropped_4", await ColdNamesAsync(scene));
        }

        Assert.Equal("2000 | 0", await scene.Tiers.FederatedAsync("SELECT count(*), count(note) FROM events"));
        await scene.Tiers.ExecuteAsync("UPDATE events SET note = '7'");
        await scene.MoveAsync(Second);
        Assert.Equal("id, at, amount, note_dropped_4, note", await ColdNamesAsync(scene));
        Assert.Equal("2000 | 1000", await scene.Tiers.FederatedAsync("SELECT count(*), count(note) FROM events"));
        Assert.Equal("143 | 1000", await scene.Tiers.ColdAsync("SELECT count(*) FILTER (note_dropped_4 = 'note 1'), count(note_dropped_4) FROM events"));
        await VerifyAsync(scene);
    }

    [Fact]
    public async Task Rename_TimeAndKey_EverythingGoesOn()
    {
        await using var scene = await MoveScene.StartAsync(postgres, partitionBy: ["note"]);
        await scene.MoveAsync(First);

        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME at TO happened; ALTER TABLE events RENAME id TO number; ALTER TABLE events RENAME note TO remark");

        var table = await scene.Tiers.Get<TieredTableStore>().FindAsync(Events, CancellationToken.None);
        Assert.Equal(("happened", "number, happened", "remark"), (table!.TimeColumn, string.Join(", ", table.PrimaryKey), string.Join(", ", table.PartitionBy)));
        await VerifyAsync(scene);
        Assert.Equal((1000, 1), await scene.ArchiveAsync());
        Assert.Equal("2000 | 2000 | 2000", await scene.Tiers.FederatedAsync("SELECT count(DISTINCT number), count(happened), count(remark) FROM events"));
        Assert.Equal("number, happened, amount, remark", await ColdNamesAsync(scene));
        await VerifyAsync(scene);
        var maintained = await scene.MaintainAsync();
        Assert.True(maintained.State == JobState.Succeeded, maintained.Message);

        // The settings are told, too, for when the numbers are gone.
        Assert.Equal("happened {number,happened} {remark}", await scene.Tiers.ScalarAsync<string>(
            "SELECT concat_ws(' ', time_column, primary_key::text, partition_by::text) FROM federated_query.tiered_tables"));
        scene.Tiers.Pass(TimeSpan.FromDays(4000));
        maintained = await scene.MaintainAsync();
        Assert.True(maintained.State == JobState.Succeeded, maintained.Message);
        Assert.Equal("0", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events"));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(0, "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text)")]
    [InlineData(1, null)]
    [InlineData(1, "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text)")]
    public async Task Rename_WhileRowsMove_IsStartedAgain(int step, string? ddl)
    {
        await using var scene = await MoveScene.StartAsync(postgres, ddl);
        scene.Once((MoveStep)step, "ALTER TABLE events RENAME at TO happened; ALTER TABLE events RENAME note TO remark; ALTER TABLE events DROP amount; ALTER TABLE events ADD amount int DEFAULT 3");

        var moved = await scene.MoveAsync(First);

        Assert.Equal(1000, moved.Rows);
        Assert.Equal("2000 | 2000 | 2000 | 6000", await scene.Tiers.FederatedAsync("SELECT count(DISTINCT id), count(happened), count(remark), sum(amount) FROM events"));
        await VerifyAsync(scene);
    }

    [Fact]
    public async Task Rename_RowsAreChanged_InBothTiers()
    {
        await using var scene = await StartAsync();
        await scene.Tiers.Get<RowMutationSettings>().AllowAsync("events", RowMutations.Update | RowMutations.Delete, CancellationToken.None);
        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME note TO remark; ALTER TABLE events RENAME id TO number");

        using var updated = await ChangeAsync(
            scene, RowMutations.Update, Expression.Equal("remark", Literal.String("note 1")), [new ColumnAssignment("remark", ColumnValue.Of(Literal.String("changed")))]);
        using var deleted = await ChangeAsync(scene, RowMutations.Delete, Expression.Equal("remark", Literal.String("note 2")), []);

        Assert.Equal((286L, 286L), (updated.Count, deleted.Count));
        Assert.Equal("1714 | 286", await scene.Tiers.FederatedAsync("SELECT count(DISTINCT number), count(*) FILTER (remark = 'changed') FROM events"));
        await VerifyAsync(scene);
    }

    [Fact]
    public async Task Rename_RowsAreErased_ByTheNewName()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME note TO remark");

        await scene.RunAsync(await scene.LeaseAsync("remark LIKE 'SECRET-c0ffee%'"));

        Assert.Equal("1800 | 0", await scene.Tiers.FederatedAsync("SELECT count(*), count(*) FILTER (remark LIKE 'SECRET%') FROM events"));
        await VerifyAsync(scene.Moves);
    }

    [Fact]
    public async Task Rename_WhileRowsAreErased_IsRefused()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        scene.Eraser.AfterStep = step => step == EraseStep.Prepared
            ? scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME note TO old; ALTER TABLE events ADD note text DEFAULT 'SECRET-c0ffee, not'")
            : Task.CompletedTask;

        var error = await Assert.ThrowsAsync<TieringException>(async () => await scene.RunAsync(await scene.LeaseAsync()));

        Assert.Equal(TieringErrorKind.NotAllowed, error.Kind);
        Assert.StartsWith("Column 'note' of table 'events' was renamed or dropped while rows were erased.", error.Message, StringComparison.Ordinal);
        Assert.Equal("2000", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task Rename_StoredResult_IsNotGivenAnyMore()
    {
        const string Sql = "SELECT count(other) AS others, count(*) FILTER (note = 'note 1') AS n FROM events";
        await using var scene = await MoveScene.StartAsync(
            postgres, "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text, other text)");
        await scene.MoveAsync(First);
        var queries = scene.Tiers.Get<QueryService>();
        await queries.MaterializeAsync(new QueryRequest { Sql = Sql }, null, CancellationToken.None);
        Assert.Equal("0 | 286", await scene.Tiers.FederatedAsync(Sql));

        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME note TO third; ALTER TABLE events RENAME other TO note; ALTER TABLE events RENAME third TO other");

        Assert.Equal("2000 | 0", await scene.Tiers.FederatedAsync(Sql));
        await FollowAsync(scene);
        Assert.Equal("2000 | 0", await scene.Tiers.FederatedAsync(Sql));
    }

    /// <summary>As tables are that were tiered before there were numbers, one of whose columns was dropped by then.</summary>
    [Fact]
    public async Task Follow_TableOfBefore_IsTakenByItsNames()
    {
        await using var scene = await StartAsync();
        await scene.Tiers.ExecuteAsync("ALTER TABLE events DROP COLUMN amount; UPDATE federated_query.tiered_tables SET source = NULL, time_number = NULL, key_numbers = '{}'");
        await scene.CommitAsync(metadata => metadata.WithoutProperties(["federated-query.source-columns"]));

        Assert.Equal("1000", await scene.Tiers.FederatedAsync("SELECT count(note) FILTER (\"at\" < '2026-02-02') FROM events"));
        await FollowAsync(scene);
        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME note TO remark; ALTER TABLE events RENAME at TO happened; ALTER TABLE events ADD COLUMN amount numeric(12,2)");

        Assert.Equal("2000 | 0", await scene.Tiers.FederatedAsync("SELECT count(remark), count(amount) FROM events"));
        await FollowAsync(scene);
        Assert.Equal("id, happened, amount_dropped_3, remark", await ColdNamesAsync(scene));
        Assert.Equal((1000, 1), await scene.ArchiveAsync());
        await VerifyAsync(scene);
    }

    /// <summary>As after a dump and restore: other numbers, which must not be taken for those of before.</summary>
    [Fact]
    public async Task Follow_TableMadeAnew_IsTakenByItsNames()
    {
        await using var scene = await MoveScene.StartAsync(
            postgres, "CREATE TABLE events (gone int, id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text); ALTER TABLE events DROP COLUMN gone");
        await scene.MoveAsync(First);

        await scene.Tiers.ExecuteAsync(
            """
            CREATE TABLE copy (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text);
            INSERT INTO copy SELECT * FROM events; DROP TABLE events; ALTER TABLE copy RENAME TO events
            """);

        Assert.Equal("2000 | 2000 | 286", await scene.Tiers.FederatedAsync("SELECT count(DISTINCT id), count(amount), count(*) FILTER (note = 'note 1') FROM events"));
        await FollowAsync(scene);
        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME note TO remark");
        Assert.Equal((1000, 1), await scene.ArchiveAsync());
        Assert.Equal("2000 | 2000 | 286", await scene.Tiers.FederatedAsync("SELECT count(DISTINCT id), count(amount), count(*) FILTER (remark = 'note 1') FROM events"));
    }

    /// <summary>What Iceberg cannot follow is converted as it is read, and rows stay hot.</summary>
    [Fact]
    public async Task AlterType_ThatTheColdTableCannotFollow_IsConvertedOrSaid()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.Tiers.ExecuteAsync("UPDATE events SET note = '7'");
        await scene.MoveAsync(First);
        await scene.Tiers.ExecuteAsync("ALTER TABLE events ALTER amount TYPE text, ALTER note TYPE int USING 5; ALTER TABLE events RENAME note TO remark");
        await FollowAsync(scene);

        Assert.Equal("id, at, amount, remark", await ColdNamesAsync(scene));
        Assert.Equal("2000 | 1 | 12000", await scene.Tiers.FederatedAsync(
            "SELECT count(*), (SELECT count(*) FROM events WHERE amount = '3.00'), sum(remark)::BIGINT FROM events WHERE remark > 3"));
        await scene.Tiers.ExecuteAsync("ALTER TABLE events ALTER remark TYPE uuid USING gen_random_uuid()");
        var unreadable = await Assert.ThrowsAsync<FederatedQueryException>(() => scene.Tiers.FederatedAsync("SELECT max(remark) FROM events"));
        Assert.Contains("Could not convert string '7' to INT128", unreadable.Message, StringComparison.Ordinal);
        var unmoved = await Assert.ThrowsAsync<TieringException>(() => scene.MoveAsync(Second));
        Assert.Contains("Cannot change the type of the field 'amount': it is of type decimal(12, 2), and string neither becomes that nor can that become it.", unmoved.Message, StringComparison.Ordinal);
    }

    private async Task<MoveScene> StartAsync()
    {
        var scene = await MoveScene.StartAsync(postgres);
        await scene.MoveAsync(First);
        return scene;
    }

    private static Task<TieredTable?> FollowAsync(MoveScene scene) => scene.Tiers.Get<TableColumns>().FollowAsync(Events, CancellationToken.None);

    private static async Task<string> ColdNamesAsync(MoveScene scene) =>
        string.Join(", ", (await scene.LoadAsync()).Metadata.CurrentSchema.Fields.Select(field => field.Name));

    /// <summary>icebird knows the table from its metadata on, and nothing of this project.</summary>
    private static async Task<int> CountByAnotherReaderAsync(MoveScene scene, string column, string value)
    {
        var location = new Uri((await scene.LoadAsync()).MetadataLocation).LocalPath;
        using var read = JsonDocument.Parse(await NodeScript.RunAsync("icebird.js", "", "/", location));
        return read.RootElement.EnumerateArray().Count(row => row.GetProperty(column).GetString() == value);
    }

    private static async Task VerifyAsync(MoveScene scene) => Assert.StartsWith("0 violations", await scene.Tiers.VerifyAsync("events"), StringComparison.Ordinal);

    private static Task<ChangedRows> ChangeAsync(MoveScene scene, RowMutations operation, Expression where, IReadOnlyList<ColumnAssignment> set) =>
        scene.Tiers.Get<RowChanger>().ChangeAsync(new RowChange { Table = Events, Operation = operation, Where = where, Set = set }, CancellationToken.None);
}
