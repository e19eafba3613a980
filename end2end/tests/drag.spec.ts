import type { Page } from "@playwright/test";
import { addCard, cardNamed, saved, startMap } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { words } from "../support/words.ts";

const say = words("vi");

/** A pointer event as a finger or a pen makes it; several pointers can be down at once. */
async function pointer(page: Page, kind: string, id: number, x: number, y: number, type = "pen"): Promise<void> {
  await page.evaluate(
    ([kind, id, x, y, type]) =>
      (document.elementFromPoint(x as number, y as number) ?? document.body).dispatchEvent(
        new PointerEvent(kind as string, {
          pointerId: id as number,
          pointerType: type as string,
          clientX: x as number,
          clientY: y as number,
          button: 0,
          bubbles: true,
          cancelable: true,
        }),
      ),
    [kind, id, x, y, type] as const,
  );
}

async function middle(page: Page, selector: string, at = 0): Promise<[number, number]> {
  const box = await page.locator(selector).nth(at).boundingBox();
  if (!box) throw new Error(`nothing at ${selector}`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

test("a second pointer neither ends nor takes over a drag", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Kéo");
  await addCard(page, "Một");
  await addCard(page, "Hai");
  await saved(page);
  const [x, y] = await middle(page, "[data-touchpoint-id]");
  const [toX, toY] = await middle(page, "[data-column]", 1);
  await pointer(page, "pointerdown", 7, x, y);
  await pointer(page, "pointermove", 7, x + 20, y);
  await expect(page.locator(".ghost")).toHaveCount(1);
  const [x2, y2] = await middle(page, "[data-touchpoint-id]", 1);
  await pointer(page, "pointerdown", 8, x2, y2);
  await pointer(page, "pointermove", 8, x2 + 60, y2);
  await pointer(page, "pointerup", 8, x2 + 60, y2);
  await pointer(page, "pointercancel", 8, x2 + 60, y2);
  await expect(page.locator(".ghost")).toHaveCount(1);
  await pointer(page, "pointermove", 7, toX, toY);
  await pointer(page, "pointerup", 7, toX, toY);
  await expect(page.locator(".ghost, .drop")).toHaveCount(0);
  await expect(page.locator("[data-column]").nth(1)).toContainText("Một");
  await expect(page.locator("[data-column]").first()).toContainText("Hai");
});

test("the copy that is dragged is as large as the card, at any zoom", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Kéo khi thu nhỏ");
  await addCard(page, "Một cái tên đủ dài để xuống dòng trong thẻ của nó");
  for (let n = 0; n < 3; n++) await page.getByRole("button", { name: say("map.zoom_out"), exact: true }).click();
  const card = await page.locator("[data-touchpoint-id]").boundingBox();
  if (!card) throw new Error("no card");
  await page.mouse.move(card.x + 10, card.y + 10);
  await page.mouse.down();
  await page.mouse.move(card.x + 210, card.y + 60, { steps: 4 });
  const ghost = page.locator(".ghost");
  const copy = await ghost.boundingBox();
  for (const [is, wanted] of [
    [copy?.width, card.width],
    [copy?.height, card.height],
    [copy?.x, card.x + 200],
    [copy?.y, card.y + 50],
  ] as const)
    expect(Math.abs((is ?? 0) - wanted)).toBeLessThan(2);
  expect(await ghost.evaluate((ghost) => ghost.scrollHeight <= ghost.clientHeight + 1)).toBe(true);
  await page.keyboard.press("Escape");
  await expect(ghost).toHaveCount(0);
  await page.mouse.up();
  await expect(cardNamed(page, "Một cái tên")).toBeVisible();
});
