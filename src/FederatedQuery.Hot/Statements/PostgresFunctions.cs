namespace FederatedQuery.Hot.Statements;

/// <summary>
/// What may stand before an opening parenthesis in raw SQL: functions that compute from their arguments alone, and key words of the
/// grammar. Everything else (files, settings, other sessions, large objects, other statements as text, sleeping) is refused, and so is a
/// function of a newer PostgreSQL until it is added here on purpose.
/// </summary>
internal static class PostgresFunctions
{
    private const string Aggregates =
        "count sum avg min max any_value array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg json_agg_strict jsonb_agg_strict bool_and bool_or every bit_and bit_or bit_xor range_agg " +
        "range_intersect_agg corr covar_pop covar_samp regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp " +
        "variance var_pop var_samp mode percentile_cont percentile_disc row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value grouping";

    private const string Numbers =
        "abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd cosh cot cotd degrees div erf erfc exp factorial floor gcd lcm ln log log10 min_scale mod " +
        "pi power radians random random_normal round scale sign sin sind sinh sqrt tan tand tanh trim_scale trunc width_bucket bit_count get_bit get_byte set_bit set_byte";

    private const string Texts =
        "ascii bit_length btrim casefold char_length character_length chr concat concat_ws convert_from convert_to decode encode format initcap left length lower lpad ltrim md5 normalize octet_length overlay " +
        "position quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table repeat replace " +
        "reverse right rpad rtrim sha224 sha256 sha384 sha512 split_part starts_with string_to_array string_to_table strpos substr substring to_ascii to_hex to_bin to_oct translate trim unistr upper " +
        "similarity to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline numnode querytree setweight strip tsvector_to_array array_to_tsvector ts_delete ts_filter";

    private const string Times =
        "age clock_timestamp date date_add date_bin date_part date_subtract date_trunc extract isfinite justify_days justify_hours justify_interval make_date make_interval make_time make_timestamp " +
        "make_timestamptz now statement_timestamp timeofday timezone to_char to_date to_number to_timestamp transaction_timestamp current_time current_timestamp localtime localtimestamp overlaps";

    private const string Nested =
        "array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions array_prepend array_remove array_replace array_reverse array_sample array_shuffle array_sort " +
        "array_to_string array_upper cardinality trim_array unnest generate_series generate_subscripts json_array json_array_elements json_array_elements_text json_array_length json_arrayagg " +
        "json_build_array json_build_object json_each json_each_text json_exists json_extract_path json_extract_path_text json_object json_object_keys json_objectagg json_populate_record json_query json_scalar " +
        "json_serialize json_strip_nulls json_table json_to_record json_to_recordset json_typeof json_value jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each " +
        "jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array " +
        "jsonb_path_query_first jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof row_to_json to_json to_jsonb array_to_json isempty lower_inc lower_inf " +
        "upper_inc upper_inf range_merge multirange int4range int8range numrange tsrange tstzrange daterange";

    private const string Others =
        "coalesce nullif greatest least num_nonnulls num_nulls pg_typeof cast gen_random_uuid uuidv4 uuidv7 uuid_extract_timestamp uuid_extract_version abbrev broadcast family host hostmask masklen netmask " +
        "network set_masklen inet_same_family inet_merge text";

    /// <summary>Key words and type names that an opening parenthesis may follow without a call.</summary>
    private const string KeyWords =
        "select from where and or not in any some all exists as on using values over by having case when then else between like ilike similar to is distinct union intersect except limit offset fetch first next " +
        "lateral join rows range groups preceding filter within group array row sets rollup cube materialized escape end partition order with recursive window table only returning symmetric operator collate ordinality " +
        "numeric decimal varchar varying character char bpchar bit timestamp timestamptz time timetz interval float zone tablesample bernoulli system repeatable columns passing path xor";

    private static readonly HashSet<string> FunctionNames = Split(Aggregates, Numbers, Texts, Times, Nested, Others);

    private static readonly HashSet<string> KeyWordNames = Split(KeyWords);

    private static readonly HashSet<string> AggregateNames = Split(Aggregates);

    public static bool IsAllowed(string name) => FunctionNames.Contains(name);

    public static bool IsKeyWord(string word) => KeyWordNames.Contains(word);

    public static bool IsAggregate(string name) => AggregateNames.Contains(name);

    private static HashSet<string> Split(params ReadOnlySpan<string> lists)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in lists)
        {
            names.UnionWith(list.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return names;
    }
}
