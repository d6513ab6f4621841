"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { changeSkills, type QueueSettingsView } from "../../queues.schemas";
import { queuesQuery, useChangeQueue } from "./queue-queries";

type Member = QueueSettingsView["members"][number];

const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((level) => ({ value: String(level), label: `Level ${level}` }));

/** Who works this queue, from which level on, and what they can do. */
export function MembersSection({ queue }: { queue: QueueSettingsView }) {
  const [email, setEmail] = useState("");
  const change = useChangeQueue(queue);
  const put = (members: { agent: string; level: number }[]): void =>
    change.mutate({ members }, { onSuccess: () => setEmail("") });
  const all = queue.members.map(({ agent, level }) => ({ agent, level }));
  return (
    <Card aria-labelledby="members-title" className="min-w-0">
      <CardHeader id="members-title" title="Agents" meta={`${queue.members.length}`} />
      <ul className="divide-y divide-line">
        {queue.members.map((member) => (
          <MemberRow
            key={member.agent}
            member={member}
            busy={change.isPending}
            onLevel={(level) => put(all.map((one) => (one.agent === member.agent ? { ...one, level } : one)))}
            onRemove={() => put(all.filter(({ agent }) => agent !== member.agent))}
          />
        ))}
      </ul>
      <form
        className="flex gap-2 border-t border-line px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (email.trim() !== "") put([...all, { agent: email.trim(), level: 1 }]);
        }}
      >
        <Input
          type="email"
          aria-label="E-mail of an agent to add"
          placeholder="agent@example.com"
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <Button type="submit" busy={change.isPending} disabled={email.trim() === ""}>
          Add
        </Button>
      </form>
    </Card>
  );
}

interface MemberRowProps {
  member: Member;
  busy: boolean;
  onLevel: (level: number) => void;
  onRemove: () => void;
}

function MemberRow({ member, busy, onLevel, onRemove }: MemberRowProps) {
  const stored = member.skills.join(", ");
  const [skills, setSkills] = useState<string>();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (text: string) =>
      api(changeSkills, {
        params: { agentId: member.agent },
        body: { skills: text.split(/[\s,]+/).filter((one) => one !== "") },
      }),
    onSuccess: () => setSkills(undefined),
    onError: (error) => toastFailure(`The skills of ${member.name} were not changed`, inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: queuesQuery.queryKey }),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2 sm:flex-nowrap">
      <span className="min-w-0 flex-1 basis-2/3 truncate text-sm font-medium sm:basis-0">{member.name}</span>
      <form
        className="order-2 min-w-28 flex-1 sm:order-none"
        onSubmit={(event) => {
          event.preventDefault();
          if (skills !== undefined && skills !== stored) change.mutate(skills);
        }}
      >
        <Input
          aria-label={`Skills of ${member.name}`}
          placeholder="No skills"
          value={skills ?? stored}
          disabled={change.isPending}
          onChange={({ target }) => setSkills(target.value)}
          onBlur={() => skills !== undefined && skills !== stored && change.mutate(skills)}
        />
      </form>
      <Select
        label={`Level of ${member.name}`}
        value={String(member.level)}
        options={LEVELS}
        disabled={busy}
        className="order-3 w-28 shrink-0 sm:order-none"
        onChange={(level) => onLevel(Number(level))}
      />
      <IconButton
        label={`Remove ${member.name} from the queue`}
        disabled={busy}
        onClick={onRemove}
        className="order-1 shrink-0 sm:order-none"
      >
        <X />
      </IconButton>
    </li>
  );
}
