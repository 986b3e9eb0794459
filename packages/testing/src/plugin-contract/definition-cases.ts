import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { CAPABILITY_NAMES, PLUGIN_CONTRACT, type Plugin } from "@coapkit/core";
import type { ContractCase } from "../runner/contract-case.js";
import { bootApp, closeApp } from "./contract-app.js";
import { plainSnapshot } from "./plain-snapshot.js";
import type { Subject } from "./plugin-options.js";

const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** What the definition has to say, and that nobody writes to it. */
export function definitionCases(subject: Subject): readonly ContractCase[] {
  const cases: ContractCase[] = [
    { title: "has a name, a version, a contract number and setup", run: () => assertDefinition(subject.makePlugin()) },
    { title: "names dependencies and capabilities that can exist", run: () => assertNeeds(subject.makePlugin()) },
    { title: "leaves its definition and its options as they are", run: () => assertNotMutated(subject) },
  ];
  const { packageJson } = subject.options;
  if (packageJson === undefined) return cases;
  return [
    ...cases,
    { title: "agrees with its package.json", run: () => assertPackage(subject.makePlugin(), packageJson) },
  ];
}

function assertDefinition(plugin: Plugin): void {
  const { name, version, contract, setup, options } = plugin.definition;
  assert.match(String(name), PACKAGE_NAME, `The contract wants name to be the package's name; found "${name}".`);
  assert.match(String(version), VERSION, `The contract wants version to be the package's version; found "${version}".`);
  assert.equal(
    contract,
    PLUGIN_CONTRACT,
    `The contract wants contract: ${PLUGIN_CONTRACT}, which this @coapkit/core speaks; found ${contract}.`,
  );
  assert.equal(typeof setup, "function", `The contract wants setup to be a function; found ${typeof setup}.`);
  if (options === undefined) return;
  const found = options["~standard"]?.version;
  assert.equal(found, 1, `The contract wants options to be a Standard Schema of version 1; found version ${found}.`);
}

function assertNeeds(plugin: Plugin): void {
  const { name, dependencies = [], requires = [] } = plugin.definition;
  for (const dependency of dependencies) {
    assert.match(
      dependency,
      PACKAGE_NAME,
      `The contract wants dependencies to be plugin names; found "${dependency}".`,
    );
    assert.notEqual(dependency, name, "The contract wants no plugin to depend on itself.");
  }
  for (const capability of requires) {
    const known = CAPABILITY_NAMES.join(", ");
    assert.ok(CAPABILITY_NAMES.includes(capability), `No engine has the capability "${capability}"; known: ${known}.`);
  }
}

async function assertNotMutated(subject: Subject): Promise<void> {
  const plugin = subject.makePlugin();
  const before = plainSnapshot([plugin.definition, plugin.input]);
  const { app } = await bootApp(subject, plugin);
  await closeApp(subject, app);
  const message = "The contract wants a plugin to leave its definition and its options as they are.";
  assert.deepEqual(plainSnapshot([plugin.definition, plugin.input]), before, message);
}

async function assertPackage(plugin: Plugin, url: URL | string): Promise<void> {
  const manifest: unknown = JSON.parse(await readFile(url, "utf8"));
  assert.ok(typeof manifest === "object" && manifest !== null, `The contract wants ${url} to hold an object.`);
  const { name, version, keywords, peerDependencies, dependencies } = manifest as Record<string, unknown>;
  const { definition } = plugin;
  assert.equal(definition.name, name, `The contract wants the plugin named as its package, "${name}".`);
  assert.equal(definition.version, version, `The contract wants the plugin's version to be the package's, ${version}.`);
  const hasKeyword = Array.isArray(keywords) && keywords.includes("coapkit-plugin");
  assert.ok(hasKeyword, 'The contract wants the keyword "coapkit-plugin", by which plugins are found.');
  const wanted = "The contract wants @coapkit/core in peerDependencies";
  assert.ok(
    Object.hasOwn(peerDependencies ?? {}, "@coapkit/core"),
    `${wanted}, so that app and plugin share one copy.`,
  );
  assert.ok(!Object.hasOwn(dependencies ?? {}, "@coapkit/core"), `${wanted} only; a second copy fails at boot.`);
}
