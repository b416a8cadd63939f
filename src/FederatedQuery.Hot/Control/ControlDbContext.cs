using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>The control tables, in a schema of their own that the role of raw SQL never sees.</summary>
public sealed class ControlDbContext(DbContextOptions<ControlDbContext> options) : DbContext(options)
{
    public const string Schema = "federated_query";

    private static readonly Lock MakingModel = new();

    public DbSet<TieredTable> TieredTables => Set<TieredTable>();

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<Move> Moves => Set<Move>();

    /// <summary>A context on the data source's connections.</summary>
    public static ControlDbContext On(NpgsqlDataSource source) =>
        WithModel(new ControlDbContext(Configure(new DbContextOptionsBuilder<ControlDbContext>().UseNpgsql(source, Migrations))));

    /// <summary>A context that works inside the connection's open transaction; both stay the caller's.</summary>
    public static ControlDbContext On(NpgsqlTransaction transaction)
    {
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");
        var context = WithModel(new ControlDbContext(
            Configure(new DbContextOptionsBuilder<ControlDbContext>().UseNpgsql(connection, Migrations))));
        context.Database.UseTransaction(transaction);
        return context;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<TieredTable>(table =>
        {
            table.ToTable("tiered_tables");
            table.HasKey(row => new { row.Schema, row.Name });
            table.Property(row => row.Schema).HasColumnName("schema_name");
            table.Property(row => row.Name).HasColumnName("table_name");
            table.Property(row => row.Namespace).HasColumnName("namespace");
            table.Property(row => row.TimeColumn).HasColumnName("time_column");
            table.Property(row => row.PrimaryKey).HasColumnName("primary_key").HasColumnType("text[]");
            table.Property(row => row.PartitionBy).HasColumnName("partition_by").HasColumnType("text[]");
            table.Property(row => row.HotDays).HasColumnName("hot_days");
            table.Property(row => row.ColdDays).HasColumnName("cold_days");
            table.Property(row => row.Boundary).HasColumnName("boundary");
            table.Property(row => row.PublishedSnapshotId).HasColumnName("published_snapshot_id");
            table.Property(row => row.CreatedAt).HasColumnName("created_at");
        });
        modelBuilder.Entity<Job>(job =>
        {
            job.ToTable("jobs");
            job.HasKey(row => row.Id);
            job.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            job.Property(row => row.Kind).HasColumnName("kind");
            job.Property(row => row.TableName).HasColumnName("table_name");
            job.Property(row => row.Arguments).HasColumnName("arguments").HasColumnType("jsonb");
            job.Property(row => row.State).HasColumnName("state").HasConversion<string>();
            job.Property(row => row.Progress).HasColumnName("progress");
            job.Property(row => row.Message).HasColumnName("message");
            job.Property(row => row.Rows).HasColumnName("rows");
            job.Property(row => row.Bytes).HasColumnName("bytes");
            job.Property(row => row.CreatedAt).HasColumnName("created_at");
            job.Property(row => row.StartedAt).HasColumnName("started_at");
            job.Property(row => row.FinishedAt).HasColumnName("finished_at");
            job.Property(row => row.LeaseOwner).HasColumnName("lease_owner");
            job.Property(row => row.LeaseExpiresAt).HasColumnName("lease_expires_at");
            job.Property(row => row.Fence).HasColumnName("fence").HasDefaultValue(0L);
            job.Property(row => row.ParentId).HasColumnName("parent_id");
            job.Property(row => row.Takeovers).HasColumnName("takeovers").HasDefaultValue(0);
            job.Property(row => row.Deferrals).HasColumnName("deferrals").HasDefaultValue(0);
            job.Property(row => row.NotBefore).HasColumnName("not_before");
            job.HasIndex(row => row.ParentId).HasDatabaseName("jobs_parent").HasFilter("parent_id IS NOT NULL");
            job.HasIndex(row => row.CreatedAt).HasDatabaseName("jobs_created_at").HasFilter("parent_id IS NULL");
            job.HasIndex(row => row.State).HasDatabaseName("jobs_open").HasFilter("state IN ('Queued', 'Running')");
        });
        modelBuilder.Entity<Move>(move =>
        {
            move.ToTable("moves");
            move.HasKey(row => row.Id);
            move.Property(row => row.Id).HasColumnName("id").UseIdentityAlwaysColumn();
            move.Property(row => row.Kind).HasColumnName("kind").HasDefaultValue("move");
            move.Property(row => row.Schema).HasColumnName("schema_name");
            move.Property(row => row.Name).HasColumnName("table_name");
            move.Property(row => row.Day).HasColumnName("day");
            move.Property(row => row.Rows).HasColumnName("rows");
            move.Property(row => row.Checksum).HasColumnName("checksum");
            move.Property(row => row.SnapshotId).HasColumnName("snapshot_id");
            move.Property(row => row.MetadataLocation).HasColumnName("metadata_location");
            move.Property(row => row.MovedAt).HasColumnName("moved_at");
            // A day moves again when rows for it came late.
            move.HasIndex(row => new { row.Schema, row.Name, row.Day }).HasDatabaseName("moves_table_day");
        });
    }

    private static void Migrations(Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.NpgsqlDbContextOptionsBuilder options) =>
        options.MigrationsHistoryTable("migrations", Schema);

    /// <summary>
    /// EF Core makes the relational model with the first query, and a second query that asks at the same moment fails ("The model must be finalized").
    /// So it is made here, by one at a time.
    /// </summary>
    private static ControlDbContext WithModel(ControlDbContext context)
    {
        lock (MakingModel)
        {
            context.Model.GetRelationalModel();
        }

        return context;
    }

    private static DbContextOptions<ControlDbContext> Configure(DbContextOptionsBuilder<ControlDbContext> builder) =>
        builder.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;
}
