using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Embedded.Host.Tests.Sdk;

/// <summary>The stand-in has nothing that the published SDK lacks: <c>sdk-members.txt</c> lists what that one has.</summary>
public sealed class StandInTests
{
    private static readonly ILookup<string, string> Published = File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Sdk", "sdk-members.txt"))
        .Select(line => line.Split(" | ", 2))
        .ToLookup(parts => parts[0], parts => parts[1]);

    private static readonly Type[] StandIn = [.. typeof(FunctionContext).Assembly.GetExportedTypes()];

    [Fact]
    public void Every_public_type_and_member_of_the_stand_in_exists_in_the_published_SDK()
    {
        IEnumerable<string> extra = from type in StandIn
                                    from member in MemberText.MembersOf(type)
                                    where !Published[MemberText.NameOf(type)].Contains(member)
                                    select $"{MemberText.NameOf(type)}: {member}";

        extra.ShouldBeEmpty();
    }

    [Fact]
    public void Every_abstract_member_of_a_published_type_is_in_the_stand_in_so_that_what_derives_from_one_derives_from_both()
    {
        IEnumerable<string> missing = from type in StandIn
                                      from member in Published[MemberText.NameOf(type)]
                                      where member.Contains(" abstract ", StringComparison.Ordinal)
                                          && !MemberText.MembersOf(type).Contains(member)
                                      select $"{MemberText.NameOf(type)}: {member}";

        missing.ShouldBeEmpty();
    }
}
